"""What lies around the consumer: nobody signs in, and a proxy that sometimes loses an answer."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse


class EverybodyIsAnonymous:
    """Sets `request.user`, which the caches and the deep linking view of the consumer read."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answers the request."""
        request.user = None
        return self.get_response(request)


class AnswersGetLost:
    """A proxy in front: the platform has done its work when the answer is replaced by a 502."""

    scores_to_lose = 0

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answers the request, or loses the answer."""
        answer = self.get_response(request)
        if AnswersGetLost.scores_to_lose and request.path.endswith("/scores"):
            AnswersGetLost.scores_to_lose -= 1
            return HttpResponse("Bad Gateway", status=502)
        return answer
