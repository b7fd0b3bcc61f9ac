"""The table of wrong launch messages, chosen by name with `?forge=name` or by the administrator's switch."""

from collections.abc import Mapping
from types import MappingProxyType

from lms_plugin.rehearsal.drafting import Forgery, by_name
from lms_plugin.rehearsal.forged_claims import CLAIM_FORGERIES
from lms_plugin.rehearsal.forged_envelopes import ENVELOPE_FORGERIES
from lms_plugin.rehearsal.forged_signatures import SIGNATURE_FORGERIES
from lms_plugin.rehearsal.forged_types import TYPE_FORGERIES
from lms_plugin.rehearsal.forged_writing import WRITING_FORGERIES

FORGERIES: Mapping[str, Forgery] = MappingProxyType(
    by_name(
        (*ENVELOPE_FORGERIES, *WRITING_FORGERIES, *SIGNATURE_FORGERIES, *CLAIM_FORGERIES, *TYPE_FORGERIES)
    )
)
