"""Filters as directories write them, and everything else refused."""

from __future__ import annotations

import pytest

from proxy.errors import ClientFault
from proxy.meetings.provisioning.attributes import user_of
from proxy.meetings.provisioning.paths import filter_of

USER = user_of(
    {
        "userName": "Ann@Fjord.example",
        "externalId": "Ab7",
        "displayName": 'Ann "A" Lund',
        "active": True,
        "emails": [{"value": "ann@work.example", "type": "work"}, {"value": "ann@home.example", "type": "home"}],
    }
)


@pytest.mark.parametrize(
    ("written", "fits"),
    [('userName eq "ann@fjord.example"', True), ('USERNAME Eq "ANN@FJORD.EXAMPLE"', True),
     ('userName eq "ann@fjord.exampl"', False), ('externalId eq "Ab7"', True), ('externalId eq "AB7"', False),
     ('displayName eq "Ann \\"A\\" Lund"', True), ('emails.value eq "ANN@home.example"', True),
     ('emails eq "ann@home.example"', True), ('emails[type eq "work"].value eq "ann@work.example"', True),
     ('emails[type eq "work"].value eq "ann@home.example"', False),
     ('emails[type eq "home" and value eq "ann@home.example"]', True), ('active eq true', True),
     ('active eq "True"', True), ('active eq false', False), ('userName eq null', False),
     ('userName eq "ann@fjord.example" and active eq true', True),
     ('userName eq "ann@fjord.example" and active eq false', False),
     ('urn:ietf:params:scim:schemas:core:2.0:User:userName eq "ann@fjord.example"', True), ('title eq "Chair"', False)],
)  # fmt: skip
def test_a_filter_fits_what_it_asks_for(written: str, fits: bool) -> None:
    assert all(each.fits(USER) for each in filter_of(written)) is fits


@pytest.mark.parametrize(
    "written",
    ["", "userName", "userName eq", "userName eq ann", 'userName ne "a"', 'userName sw "a"', 'userName pr',
     'userName eq "a" or active eq true', 'not (userName eq "a")', '(userName eq "a")', 'userName eq "a', 'eq "a"',
     'userName eq "a" and', 'emails[type eq "a"', 'emails[type eq "a"].', 'userName eq "\\x"', '"; DROP TABLE x; --',
     "emails[" * 400, "a" * 5000],
    ids=range(19),
)  # fmt: skip
def test_what_is_not_known_is_refused(written: str) -> None:
    with pytest.raises(ClientFault) as raised:
        filter_of(written)
    assert raised.value.reason == "invalid_filter"
