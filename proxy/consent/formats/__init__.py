"""Files of consent records: CSV, JSON in the terms of ISO/IEC TS 27560, and vCon. A bad row refuses the whole file."""
