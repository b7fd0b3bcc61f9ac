"""Tests of `lms_plugin.delivery.forwarding`."""
