"""The practice LMS: a small honest LTI 1.3 platform to rehearse with, importing none of the other rooms."""

from lms_plugin.rehearsal.application import lms_of, make_lms
from lms_plugin.rehearsal.forging import FORGERIES
from lms_plugin.rehearsal.lms import Lms
from lms_plugin.rehearsal.settings import LmsSettings

__all__ = ["FORGERIES", "Lms", "LmsSettings", "lms_of", "make_lms"]
