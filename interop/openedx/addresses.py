"""The addresses of the platform: those of the consumer under /api/, as in Open edX, and the driver's."""

from control import urlpatterns as control_patterns
from django.urls import include, path

urlpatterns = [
    path("api/", include(("lti_consumer.plugin.urls", "lti_consumer"), namespace="lti_consumer")),
    *control_patterns,
]
