"""Other people's event data in the columns of our events and control tables.

One reader a source: `read_ucdp_ged` (and `to_ucdp_ged` back), `read_acled`,
`read_airwars`, `read_viina`, `read_viina_control`, `read_gdelt`, and `read_control` for
any table of places and holders.  A row of the file is a row of the result or is set
aside with a reason; what has no column here is kept as ``source_<name>``; a code that
no mapping table has is counted and kept.  `account` returns the figures, `mapping` the
tables.
"""

from __future__ import annotations

from syriaconflict.adapters._accounts import Account
from syriaconflict.adapters._tables import rows as mapping
from syriaconflict.adapters.acled import read_acled
from syriaconflict.adapters.airwars import event_actors, read_airwars
from syriaconflict.adapters.control import read_control
from syriaconflict.adapters.gdelt import read_gdelt
from syriaconflict.adapters.outlets import reported
from syriaconflict.adapters.readers import READERS, account
from syriaconflict.adapters.ucdp_ged import read_ucdp_ged, to_ucdp_ged
from syriaconflict.adapters.viina import read_viina, read_viina_control

__all__ = [
    "READERS",
    "Account",
    "account",
    "event_actors",
    "mapping",
    "read_acled",
    "read_airwars",
    "read_control",
    "read_gdelt",
    "read_ucdp_ged",
    "read_viina",
    "read_viina_control",
    "reported",
    "to_ucdp_ged",
]
