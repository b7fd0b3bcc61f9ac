from tests.lms_plugin.modules.visitor import *
def test_pages(learner: Visitor) -> None:
    for path in (PROGRAMME, MODULE, f"{MODULE}/lessons/m1-l1", ASSESSMENT, f"{PROGRAMME}/modules/m2"):
        answer = learner.get(path)
        assert answer.status_code == 200, answer.text[-3000:]
        print(path, len(answer.data))
