# SPDX-License-Identifier: MIT
"""Numbers that can be right, and bank accounts. python3-stdnum is asked too, where it is there."""
import hypothesis.strategies as st
import pytest
from conftest import add_customer
from hypothesis import given, settings

import crm


def test_check_identifier():
    assert crm.check_identifier("iban", "DE89 3704 0044 0532 0130 00") == "DE89370400440532013000"
    assert crm.check_identifier("vat_id", "atu12345675") == "ATU12345675"
    for scheme, number, error in (
        ("iban", "DE88 3704 0044 0532 0130 00", crm.CheckDigitError),
        ("iban", "DE89", crm.FormatError),
        ("colour", "red", crm.NotFoundError),
        ("iban", None, crm.WrongTypeError),
    ):
        with pytest.raises(error):
            crm.check_identifier(scheme, number)


@given(st.text("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ", min_size=1, max_size=30))
def test_any_text_has_an_answer(text):
    for scheme in ("iban", "bic", "vat_id", "de_account", "fr_rib", "sepa_creditor", "gln", "lei", "duns", "eori", "leitweg_id"):
        try:
            assert crm.check_identifier(scheme, text) == text.removeprefix("IBAN")
        except (crm.FormatError, crm.CheckDigitError):
            pass


@settings(deadline=None)
@given(st.integers(0, 10**17 - 1))
def test_iban_agrees_with_another_library(number):
    iban = pytest.importorskip("stdnum.iban")
    for digits in ("00", "17", "98"):
        text = f"DE{digits}{number:018d}"
        assert iban.is_valid(text) == is_good("iban", text)
    good = f"DE{98 - int(f'{number:018d}131400') % 97:02d}{number:018d}"
    assert iban.is_valid(good) and is_good("iban", good)


COUNTRIES = {
    "AT": ("U", 8), "BE": ("0", 9), "DE": ("", 9), "DK": ("", 8), "EE": ("10", 7), "FI": ("", 8), "FR": ("", 11), "GR": ("", 9), "HR": ("", 11),
    "HU": ("", 8), "IT": ("", 11), "LU": ("", 8), "MT": ("", 8), "PL": ("", 10), "PT": ("", 9), "SI": ("", 8), "SK": ("", 10),
}


@settings(deadline=None)
@given(st.sampled_from(sorted(COUNTRIES)), st.integers(0, 10**11 - 1))
def test_vat_ids_agree_with_another_library(country, number):
    module = pytest.importorskip("stdnum.eu.vat")
    prefix, digits = COUNTRIES[country]
    letters = "EL" if country == "GR" else country
    for last in range(10):
        text = f"{letters}{prefix}{number % 10 ** (digits - 1):0{digits - 1}d}{last}"
        if text.startswith("BE00") or not text.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ").strip("0"):
            continue  # never given out, and accepted there
        if country == "SK" and pytest.importorskip("stdnum.cz.rc").is_valid(text[2:]):
            continue  # there a person's birth number is one too
        if country == "BE" and text[-2:] in ("00", "98", "99"):
            continue  # check digits are 1 to 97; there their rest by 97 is enough
        assert module.is_valid(text) == is_good("vat_id", text), text


def is_good(scheme, text):
    try:
        return crm.check_identifier(scheme, text) == text
    except (crm.FormatError, crm.CheckDigitError):
        return False


def test_bank_account(write):
    customer = add_customer(write, "1")
    with pytest.raises(crm.CheckDigitError) as caught:
        write.put(crm.Bank(party=customer, iban="DE88370400440532013000"))
    assert caught.value.field == "bank.iban"
    account = write.get(write.put(crm.Bank(party=customer, iban="DE89370400440532013000", bic="COBADEFFXXX")), crm.Bank)
    assert account.iban == "DE89370400440532013000"
