"""The practice LMS driven from Python, without a browser: what tests hold in their hand."""

from collections.abc import Mapping

from lms_plugin.rehearsal import authentication, initiation
from lms_plugin.rehearsal.forging import FORGERIES
from lms_plugin.rehearsal.initiation import LoginInitiation
from lms_plugin.rehearsal.installation import Installation
from lms_plugin.rehearsal.quirks import PROFILES


class Lms:
    """A thin handle on one installation; everything it does is also reachable over HTTP."""

    def __init__(self, installation: Installation) -> None:
        self.installation = installation

    def login_initiation(
        self,
        user_id: str = "ada",
        link_id: str = "link-m1",
        *,
        document_target: str = "iframe",
        forge: str | None = None,
        deployment_id: str | None = None,
    ) -> LoginInitiation:
        """As if `user_id` had clicked the activity; raises UnknownLaunch."""
        return initiation.initiate_resource_link(
            self.installation,
            user_id,
            link_id,
            document_target=document_target,
            forgery=forge,
            deployment_id=deployment_id,
        )

    def deep_linking_initiation(
        self,
        user_id: str = "carla",
        *,
        client_id: str | None = None,
        forge: str | None = None,
        **settings: object,
    ) -> LoginInitiation:
        """As if the trainer had asked to add activities from the tool; raises UnknownLaunch.

        `settings` replaces members of the deep linking settings; None leaves one out.
        """
        return initiation.initiate_deep_linking(
            self.installation, user_id, client_id=client_id, forgery=forge, settings=settings
        )

    def submission_review_initiation(
        self,
        user_id: str = "carla",
        column_id: str = "column-m1",
        learner_id: str = "ada",
        *,
        forge: str | None = None,
    ) -> LoginInitiation:
        """As if `user_id` looked in the grade book at what the learner did; raises UnknownLaunch."""
        return initiation.initiate_submission_review(
            self.installation, user_id, column_id, learner_id, forgery=forge
        )

    def authentication_response(self, query: Mapping[str, str] | str) -> dict[str, str]:
        """The form the browser would post to the tool's redirect_uri; raises RefusedRequest.

        `query` is the tool's authentication request: its parameters, or the address it redirected to.
        """
        return authentication.answer(self.installation, query).form

    def use_profile(self, name: str) -> None:
        """Behave like the LMS called `name` from now on; raises KeyError on an unknown name."""
        if name not in PROFILES:
            raise KeyError(name)
        with self.installation.store.changing() as memory:
            memory.profile = name

    def forge(self, name: str | None) -> None:
        """Make this mistake in every launch from now on, or none; raises KeyError on an unknown name."""
        if name is not None and name not in FORGERIES:
            raise KeyError(name)
        with self.installation.store.changing() as memory:
            memory.forgery = name

    def rotate_keys(self) -> None:
        with self.installation.store.changing() as memory:
            memory.keys.rotate()
