# SPDX-License-Identifier: MIT
"""Random operations on a store and on a dict, compared after each step."""
import shutil
import tempfile
import unicodedata

import hypothesis.strategies as st
from hypothesis import HealthCheck, settings
from hypothesis.stateful import Bundle, RuleBasedStateMachine, consumes, initialize, invariant, multiple, precondition, rule

import crm

NAMES = st.text(st.sampled_from("aAäbBzZß éX9&"), min_size=1, max_size=6).filter(str.strip)
NOTES = st.none() | st.text(st.characters(blacklist_categories=("Cs",), blacklist_characters="\0"), max_size=20)
NUMBERS = st.sampled_from(["1", "2", "00042", "K-7", "Ä1"])
TOWNS = st.sampled_from(["Köln", "Bonn", "Aachen", "Zürich"])


class Store(RuleBasedStateMachine):
    """Parties with a role number each, and addresses. The model holds what is committed and what the running transaction made of it."""

    parties = Bundle("parties")
    addresses = Bundle("addresses")

    @initialize()
    def begin_with_nothing(self):
        self.folder = tempfile.mkdtemp()
        self.db = crm.open(self.folder, create=True)
        self.txn = self.db.begin(write=True)
        self.stored = {"party": {}, "address": {}}
        self.model = {"party": {}, "address": {}}

    def teardown(self):
        if hasattr(self, "db"):
            self.txn.abort()
            self.db.close()
            shutil.rmtree(self.folder)

    # Changes

    @rule(target=parties, name=NAMES, note=NOTES, number=NUMBERS)
    def create_party(self, name, note, number):
        taken = any(one["number"] == number for one in self.model["party"].values())
        party = crm.Party(type="organisation", name=name, note=note)
        id = self.txn.put(party)
        role = crm.Role(party=party, role="customer", number=number)
        try:
            self.txn.put(role)
            assert not taken
        except crm.ExistsError as error:
            assert taken and error.field == "role.number"
            self.txn.delete(party)
            return multiple()
        self.model["party"][id] = {"name": name, "note": note, "number": number, "revision": 1}
        return id

    @rule(target=addresses, party=parties, town=TOWNS)
    def create_address(self, party, town):
        address = crm.Address(party=party, town=town, country="DE")
        try:
            id = self.txn.put(address)
        except crm.NotFoundError as error:
            assert party not in self.model["party"] and error.field == "address.party"
            return multiple()
        assert party in self.model["party"]
        self.model["address"][id] = {"party": party, "town": town}
        return id

    @rule(party=parties, name=NAMES, note=NOTES)
    def update_party(self, party, name, note):
        if party not in self.model["party"]:
            return
        record = self.txn.get(party, crm.Party)
        twin = record.copy()
        record.name, record.note = name, note
        self.txn.put(record)
        kept = self.model["party"][party]
        changed = (kept["name"], kept["note"]) != (name, note)
        if record.revision != kept["revision"]:
            try:
                self.txn.put(twin)
                raise AssertionError("an old revision was stored")
            except crm.StaleError:
                pass
        assert not changed or record.revision == kept["revision"] + 1
        kept.update(name=name, note=note, revision=record.revision)

    @rule(address=addresses, town=TOWNS)
    def update_address(self, address, town):
        if address in self.model["address"]:
            record = self.txn.get(address, crm.Address)
            record.town = town
            self.txn.put(record)
            self.model["address"][address]["town"] = town

    @rule(party=consumes(parties))
    def delete_party(self, party):
        if self.model["party"].pop(party, None) is None:
            return self.missing(party)
        self.txn.delete(party)
        self.missing(party)
        self.model["address"] = {id: one for id, one in self.model["address"].items() if one["party"] != party}

    @rule(address=consumes(addresses))
    def delete_address(self, address):
        if self.model["address"].pop(address, None) is None:
            return self.missing(address)
        self.txn.delete(address)
        self.missing(address)

    def missing(self, id):
        for call in (self.txn.get, self.txn.delete):
            try:
                call(id)
                raise AssertionError("a record that should be gone")
            except crm.NotFoundError:
                pass

    # Transactions

    def copy(self, model):
        return {kind: {id: dict(one) for id, one in all.items()} for kind, all in model.items()}

    @rule()
    def commit(self):
        self.txn.commit()
        self.stored = self.copy(self.model)
        self.txn = self.db.begin(write=True)

    @rule()
    def abort(self):
        self.txn.abort()
        self.model = self.copy(self.stored)
        self.txn = self.db.begin(write=True)

    @rule()
    def reopen(self):
        self.txn.commit()
        self.db.close()
        self.stored = self.copy(self.model)
        self.db = crm.open(self.folder)
        self.txn = self.db.begin(write=True)

    # What is there

    @precondition(lambda self: hasattr(self, "db"))
    @invariant()
    def all_is_as_the_model_says(self):
        self.compare(self.txn, self.model)

    @rule()
    def a_snapshot_sees_what_is_committed(self):
        with self.db.begin() as txn:
            self.compare(txn, self.stored)

    def compare(self, txn, model):
        listed = list(txn.parties("customer"))
        assert {party.id: (party.name, party.note) for party in listed} == {
            id: (one["name"], one["note"]) for id, one in model["party"].items()
        }
        assert list(txn.parties().ids()) == [party.id for party in listed]
        keys = [key for key in (fold(party.name) for party in listed) if key.isascii() and key.isalpha()]
        assert keys == sorted(keys)  # marks come before letters and digits behind them: tests/unit/collation.c
        for id, one in model["party"].items():
            assert txn.find_party("customer", one["number"]) == id
            own = [(address.id, address.town) for address in txn.records(id, crm.Address)]
            assert own == [(key, address["town"]) for key, address in model["address"].items() if address["party"] == id]

    @rule(number=NUMBERS)
    def find(self, number):
        wanted = [id for id, one in self.model["party"].items() if one["number"] == number]
        try:
            assert [self.txn.find_party("customer", number)] == wanted
        except crm.NotFoundError:
            assert not wanted

    @rule(town=TOWNS)
    def search(self, town):
        assert {one.id for one in self.txn.search(crm.Address.town, town)} == {
            id for id, one in self.model["address"].items() if one["town"] == town
        }

    @rule(prefix=st.sampled_from("abzßx9"))
    def list_by_prefix(self, prefix):
        wanted = {id for id, one in self.model["party"].items() if fold(one["name"]).startswith(fold(prefix))}
        assert set(self.txn.parties(prefix=prefix).ids()) == wanted

    @rule(limit=st.integers(1, 4))
    def pages(self, limit):
        token, seen = None, []
        while True:
            page = self.txn.parties().page(limit, token)
            assert len(page.ids) <= limit
            seen += page.ids
            token = page.token
            if token is None:
                break
        assert seen == list(self.txn.parties().ids())


def fold(name):
    """Without case, accents and needless blanks, as the directory has it."""
    plain = "".join(one for one in unicodedata.normalize("NFKD", name.casefold()) if not unicodedata.combining(one))
    return " ".join(plain.split())


Store.TestCase.settings = settings(
    max_examples=100, stateful_step_count=40, deadline=None, database=None, derandomize=True, suppress_health_check=list(HealthCheck)
)
TestStore = Store.TestCase
