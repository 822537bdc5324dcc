"""Well-formed credit codes for bodies that do not exist; whoever stores one marks it as synthetic."""

from stdnum.cn import uscc as gb32100

from orgs.uscc import organisation_check


def synthetic_code(prefix: str, division: str, serial: int) -> str:
    """A code that passes every check: registry prefix, place of registration, and a serial in the MJ9 range."""
    body = f"MJ9{serial:05d}"
    start = f"{prefix}{division}{body}{organisation_check(body)}"
    return start + gb32100.calc_check_digit(start)
