"""What an import would do, row by row: added, changed, proposed, left, refused (CHD-3)."""

from datetime import date

import pytest

from accounts.roles import Role
from kijk.tenancy.context import tenant_scope
from observations.domain.children.placements import archive_child, place_child
from observations.domain.imports.content import ImportRefused, ReadGroup
from observations.domain.imports.group_kinds import guess_kind, kind_named
from observations.models import Child, Group, ImportKey
from tests import factories
from tests.observations.imports.conftest import Import, names, outcomes
from tests.observations.imports.samples import sample

EDEXML = sample("edexml-2.1.xml")


def csv(*rows: str, head: str = "Kindnummer;Voornaam;Achternaam;Geboortedatum;Groep;Soort groep") -> bytes:
    """Return a CSV of children."""
    return "\n".join([head, *rows]).encode()


TWO = csv("1;Mila;Dam;3-11-2023;Bijtjes;peutergroep", "2;Finn;Vos;14-2-2024;Bijtjes;peutergroep")


def everything() -> list[list[object]]:
    """Return the rows of all children as they are in the database, sealed names byte for byte."""
    rows = Child.objects.order_by("pk").values_list()
    return [[getattr(value, "content", value) for value in row] for row in rows]


# ------------------------------------------------------------------------------------------------ first time


@pytest.mark.requirement("CHD-3.2")
def test_first_file_adds_what_it_can_and_says_why_not_of_the_rest(importing: Import) -> None:
    with tenant_scope(importing.organisation_id):
        plan = importing.plan(EDEXML)
        assert outcomes(plan) == {
            "added": ["Noor van den Berg", "Daan Zwart", "Amira el Idrissi", "Zoë Çelik", "Sem"],
            "refused": ["Jurre Hoekstra", "Bram de Wit", "Lotte Vis"],
        }
        reasons = {row.text.who: row.text.reason for row in plan.rows if row.outcome == "refused"}
        assert "boven groep 2" in reasons["Jurre Hoekstra"]
        assert "geen groep bij dit kind" in reasons["Bram de Wit"]
        assert "15 juli 2026" in reasons["Lotte Vis"]
        assert names() == []
        assert ImportKey.objects.count() == 0


def test_groups_get_a_kind_from_their_year_and_empty_ones_are_left_out(importing: Import) -> None:
    with tenant_scope(importing.organisation_id):
        plan = importing.plan(EDEXML)
        assert {target.read.name: target.choice for target in plan.groups} == {
            "Kikkers": "new:infants", "Vlinders": "new:infants", "Groep 5": "skip", "Peuters": "new:toddler",
            "Taalklas": "skip", "zonder groep": "skip",
        }  # fmt: skip


def test_choices_for_groups_move_their_children_along(importing: Import) -> None:
    with tenant_scope(importing.organisation_id):
        known = factories.group(importing.north)
        choices = {
            "g5": "new:bso",
            "g1": "skip",
            "": f"use:{known.pk}",
            "g0": "use:0192f3a0-0000-7000-8000-00000000dead",
        }
        plan = importing.plan(EDEXML, groups=choices)
        found = outcomes(plan)
        assert "Jurre Hoekstra" in found["added"]
        assert "Bram de Wit" in found["added"]
        assert "Zoë Çelik" in found["added"]
        assert found["refused"] == ["Noor van den Berg", "Lotte Vis", "Sem"]


@pytest.mark.parametrize(
    ("group", "years", "kind"),
    [
        (ReadGroup("", "", "Zonnetjes", "B"), [], "baby"),
        (ReadGroup("", "", "Zonnetjes", "D"), [], "toddler"),
        (ReadGroup("", "", "Zonnetjes", "2"), [], "infants"),
        (ReadGroup("", "", "Zonnetjes", "4"), [], ""),
        (ReadGroup("", "", "BSO Zonnetjes", "4"), [], "bso"),
        (ReadGroup("", "", "Combi", "C"), ["2", "3", "2"], "infants"),
        (ReadGroup("", "", "Combi", "C"), ["3", "3", "2"], ""),
        (ReadGroup("", "", "VVE peuters", "0"), [], "vve"),
        (ReadGroup("", "", "Groep 1/2b"), [], "infants"),
        (ReadGroup("", "", "1a"), [], "infants"),
        (ReadGroup("", "", "Groep 7"), [], ""),
        (ReadGroup("", "", "Zonnetjes", "", "bso"), [], "bso"),
    ],
)
def test_kind_of_a_group_is_guessed(group: ReadGroup, years: list[str], kind: str) -> None:
    assert guess_kind(group, [], years, date(2026, 11, 22)) == kind


@pytest.mark.parametrize(
    ("born", "kind"),
    [
        (date(2026, 2, 1), "baby"),
        (date(2023, 9, 1), "toddler"),
        (date(2021, 9, 1), "infants"),
        (date(2018, 1, 1), "bso"),
    ],
)
def test_kind_of_a_group_without_any_word_is_that_of_its_ages(born: date, kind: str) -> None:
    assert guess_kind(ReadGroup("", "", "Zonnetjes"), [born], [], date(2026, 11, 22)) == kind


def test_kinds_are_known_by_what_people_call_them() -> None:
    words = ("peuteropvang VVE", "dagopvang", "BSO", "babygroep", "kleuterklas", "groep 1/2", "iets anders", "")
    assert [kind_named(each) for each in words] == ["vve", "toddler", "bso", "baby", "infants", "infants", "", ""]


def test_location_that_nobody_knows_is_said(importing: Import) -> None:
    with tenant_scope(importing.organisation_id):
        plan = importing.plan(sample("uwlr-leerlinggegevens.xml"))
        assert outcomes(plan) == {"added": ["Fien Kok"], "refused": ["Guus Mol"]}
        assert "Onbekende plek" in next(row.text.reason for row in plan.rows if row.text.who == "Guus Mol")


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ("3;Ali;Vos;1-1-2027;Bijtjes;peutergroep", "De geboortedatum ligt in de toekomst."),
        ("3;Ali;Vos;1-1-2009;Bijtjes;peutergroep", "Dit kind is ouder dan 13 jaar."),
        ("1;Ali;Vos;1-1-2024;Bijtjes;peutergroep", "Dit kind staat ook op regel 2 van het bestand."),
        ("3;;Vos;1-1-2024;Bijtjes;peutergroep", "De voornaam ontbreekt."),
    ],
)
def test_rows_that_cannot_be_are_refused_with_the_reason(importing: Import, row: str, reason: str) -> None:
    with tenant_scope(importing.organisation_id):
        plan = importing.plan(TWO + f"\n{row}".encode())
        assert [each.text.reason for each in plan.rows if each.outcome == "refused"] == [reason]


# ---------------------------------------------------------------------------------------------- second time


@pytest.mark.requirement("CHD-3.3")
@pytest.mark.parametrize(
    "name",
    [
        "edexml-2.1.xml",
        "edexml-2.0.xml",
        "edexml-1.03-latin1.xml",
        "uwlr-leerlinggegevens.xml",
        "kinderen-semicolon-bom.csv",
        "kinderen-tab.csv",
        "kinderen.xlsx",
    ],
)
def test_same_file_again_changes_nothing(importing: Import, name: str) -> None:
    with tenant_scope(importing.organisation_id):
        first = importing.save(sample(name))
        before = everything()
        keys = list(ImportKey.objects.order_by("pk").values())
        plan = importing.plan(sample(name))
        assert first.added > 0
        assert set(outcomes(plan)) <= {"unchanged", "refused"}
        assert importing.save(sample(name)).written == 0
        assert everything() == before
        assert list(ImportKey.objects.order_by("pk").values()) == keys


def test_changes_are_told_with_the_old_and_the_new(importing: Import) -> None:
    with tenant_scope(importing.organisation_id):
        importing.save(TWO)
        plan = importing.plan(
            TWO.replace(b"1;Mila;Dam", b"1;Mila;van Dam").replace(
                b"2;Finn;Vos;14-2-2024;Bijtjes", b"2;Finn;Vos;15-2-2024;Mieren"
            )
        )
        assert outcomes(plan) == {"changed": ["Mila van Dam", "Finn Vos"]}
        changes = [row.text.changes for row in plan.rows if row.outcome == "changed"]
        assert changes == [
            [["Naam", "Mila Dam", "Mila van Dam"]],
            [
                ["Geboortedatum", "14 februari 2024", "15 februari 2024"],
                ["Groep", "Bijtjes", "Mieren, vanaf 22 november 2026"],
            ],
        ]


def test_empty_cells_and_missing_columns_change_nothing(importing: Import) -> None:
    head = "Kindnummer;Voornaam;Achternaam;Geboortedatum;Groep;Soort groep;Thuistaal"
    with tenant_scope(importing.organisation_id):
        importing.save(csv("1;Mila;Dam;3-11-2023;Bijtjes;peutergroep;Turks", head=head))
        assert set(outcomes(importing.plan(csv("1;Mila;Dam;3-11-2023;Bijtjes;peutergroep;", head=head)))) == {
            "unchanged"
        }
        assert set(
            outcomes(
                importing.plan(
                    csv("1;Mila;Dam;3-11-2023;;", head="Kindnummer;Voornaam;Achternaam;Geboortedatum;Groep;Soort groep")
                )
            )
        ) == {"unchanged"}


def test_group_that_is_renamed_in_kijk_is_known_by_its_key(importing: Import) -> None:
    with tenant_scope(importing.organisation_id):
        importing.save(EDEXML)
        Group.objects.filter(name="Kikkers").update(name="De Kikkers")
        plan = importing.plan(EDEXML)
        assert set(outcomes(plan)) <= {"unchanged", "refused"}
        assert "In Kijk heet deze groep De Kikkers." in [row.text.reason for row in plan.rows if row.kind == "group"]


def test_next_school_year_makes_groups_anew_and_moves_the_children(importing: Import) -> None:
    with tenant_scope(importing.organisation_id):
        importing.save(EDEXML)
        plan = importing.plan(EDEXML.replace(b"2026-2027", b"2027-2028"))
        assert outcomes(plan, "group")["added"] == ["Kikkers", "Vlinders", "Peuters"]
        (noor,) = [row for row in plan.rows if row.text.who == "Noor van den Berg"]
        assert noor.text.changes == [["Groep", "Kikkers", "Kikkers, vanaf 1 augustus 2027"]]


# ---------------------------------------------------------------------------------------- leaving and archive


def test_who_is_not_in_the_file_any_more_is_proposed_and_never_removed(importing: Import) -> None:
    with tenant_scope(importing.organisation_id):
        importing.save(TWO)
        one = csv("1;Mila;Dam;3-11-2023;Bijtjes;peutergroep")
        assert outcomes(importing.plan(one)) == {"unchanged": ["Mila Dam"], "leaver": ["Finn Vos"]}
        assert importing.save(one).archived == 0
        assert Child.objects.filter(archived_on__isnull=False).count() == 0
        assert importing.save(one, {"leaver": "archive"}).archived == 1
        (gone,) = Child.objects.filter(archived_on__isnull=False)
        assert (str(gone.file), gone.archived_on) == ("Finn Vos", importing.today)
        assert outcomes(importing.plan(one)) == {"unchanged": ["Mila Dam"]}
        back = outcomes(importing.plan(TWO))
        assert back == {"unchanged": ["Mila Dam"], "refused": ["Finn Vos"]}


def test_children_of_other_sources_and_of_nobody_are_no_leavers(importing: Import) -> None:
    with tenant_scope(importing.organisation_id):
        factories.child(factories.group(importing.north))
        importing.save(TWO)
        importing.source = None
        importing.source_for(TWO, "Andere")
        assert "leaver" not in outcomes(importing.plan(csv("9;Ot;Bos;1-1-2024;Bijtjes;peutergroep")))


def test_known_child_with_a_leaving_date_is_proposed_with_that_date(importing: Import) -> None:
    head = "Kindnummer;Voornaam;Achternaam;Geboortedatum;Groep;Soort groep;Laatste dag"
    with tenant_scope(importing.organisation_id):
        importing.today = date(2026, 9, 1)
        importing.save(TWO)
        importing.today = date(2026, 11, 22)
        left = csv(
            "1;Mila;Dam;3-11-2023;Bijtjes;peutergroep;", "2;Finn;Vos;14-2-2024;Bijtjes;peutergroep;1-11-2026", head=head
        )
        (row,) = [each for each in importing.plan(left).rows if each.outcome == "leaver"]
        assert row.text.reason == "Naar het archief per 1 november 2026?"
        importing.save(left, {"leaver": "archive"})
        assert Child.objects.get(archived_on__isnull=False).archived_on == date(2026, 11, 1)


def test_row_that_is_not_right_does_not_make_a_leaver_of_its_child(importing: Import) -> None:
    with tenant_scope(importing.organisation_id):
        importing.save(TWO)
        plan = importing.plan(TWO.replace(b"14-2-2024", b"14-22-2024"))
        assert outcomes(plan) == {"unchanged": ["Mila Dam"], "refused": ["Finn Vos"]}


# -------------------------------------------------------------------------------------------------- matching


@pytest.mark.requirement("CHD-3.5")
def test_same_name_and_birth_date_is_a_proposal_to_confirm(importing: Import) -> None:
    with tenant_scope(importing.organisation_id):
        group = factories.group(importing.north)
        known = factories.child(group, "Míla", "van", "Dam", birth_date=date(2023, 11, 3))
        plan = importing.plan(TWO)
        assert outcomes(plan) == {"proposal": ["Mila Dam"], "added": ["Finn Vos"]}
        (row,) = [each for each in plan.rows if each.outcome == "proposal"]
        assert row.text.candidates[0][0] == str(known.pk)
        assert sorted(row.works) == ["new", f"same:{known.pk}"]
        assert "" not in row.works


@pytest.mark.requirement("CHD-3.5")
def test_undecided_proposal_is_not_imported_and_chosen_ones_are(importing: Import) -> None:
    with tenant_scope(importing.organisation_id):
        known = factories.child(factories.group(importing.north), "Mila", "", "Dam", birth_date=date(2023, 11, 3))
        importing.save(TWO)
        assert names() == ["Finn Vos", "Mila Dam"]
        assert importing.save(TWO, {"proposal": f"same:{known.pk}"}).linked == 1
        assert outcomes(importing.plan(TWO)) == {"unchanged": ["Mila Dam", "Finn Vos"]}
        known.refresh_from_db()
        assert str(known.file) == "Mila Dam"
        assert Child.objects.count() == 2


def test_new_child_with_a_known_name_can_be_made(importing: Import) -> None:
    with tenant_scope(importing.organisation_id):
        factories.child(factories.group(importing.north), "Mila", "", "Dam", birth_date=date(2023, 11, 3))
        importing.save(TWO, {"proposal": "new"})
        assert names() == ["Finn Vos", "Mila Dam", "Mila Dam"]
        assert outcomes(importing.plan(TWO)) == {"unchanged": ["Mila Dam", "Finn Vos"]}


def test_one_child_is_proposed_to_one_row_only(importing: Import) -> None:
    twice = csv("1;Mila;Dam;3-11-2023;Bijtjes;peutergroep", "2;Mila;Dam;3-11-2023;Bijtjes;peutergroep")
    with tenant_scope(importing.organisation_id):
        factories.child(factories.group(importing.north), "Mila", "", "Dam", birth_date=date(2023, 11, 3))
        assert {key: len(value) for key, value in outcomes(importing.plan(twice)).items()} == {
            "proposal": 1,
            "added": 1,
        }


@pytest.mark.requirement("CHD-1.7")
def test_keys_are_kept_as_keyed_hashes_of_their_source_only(importing: Import) -> None:
    with tenant_scope(importing.organisation_id):
        importing.save(TWO)
        first = set(map(bytes, ImportKey.objects.values_list("digest", flat=True)))
        importing.source = None
        importing.source_for(TWO, "Andere")
        importing.save(TWO, {"proposal": "new"})
        both = set(map(bytes, ImportKey.objects.values_list("digest", flat=True)))
        # The same numbers in another source have other hashes.
        assert len(first) == 2
        assert len(both) == 4
        assert all(len(digest) == 32 for digest in both)


def test_archived_child_is_not_brought_back_by_itself(importing: Import) -> None:
    with tenant_scope(importing.organisation_id):
        importing.save(TWO)
        finn = next(child for child in Child.objects.all() if child.file.first_name == "Finn")
        archive_child(child=finn, on=importing.today, next_education="primary")
        (row,) = [each for each in importing.plan(TWO).rows if each.outcome == "refused"]
        assert row.text.reason == "Dit kind staat in het archief. Haal het daar eerst terug."


def test_child_that_was_moved_by_hand_is_moved_back_only_as_a_change(importing: Import) -> None:
    with tenant_scope(importing.organisation_id):
        importing.save(TWO)
        mila = next(child for child in Child.objects.all() if child.file.first_name == "Mila")
        place_child(child=mila, group=factories.group(importing.north), begins_on=date(2026, 12, 1))
        (row,) = [each for each in importing.plan(TWO).rows if each.outcome == "changed"]
        assert row.text.changes[0][2] == "Bijtjes, vanaf 1 december 2026"


# ----------------------------------------------------------------------------------------------------- staff


def test_nobody_gets_an_account_or_a_group_without_being_chosen(importing: Import) -> None:
    with tenant_scope(importing.organisation_id):
        importing.save(sample("kinderen-semicolon-bom.csv"))
        jet = factories.user(Role.GROUP_STAFF)
        content = sample("medewerkers.csv").replace(b"jet@voorbeeld.nl", jet.email.encode())
        content += b"10;Pam;;Bos;pam@voorbeeld.nl;Mieren\n"
        importing.source = None
        importing.source_for(content, "Personeel")
        plan = importing.plan(content)
        assert outcomes(plan, "staff") == {
            "group_work": ["Sanne de " + jet.name.last_name], "invite": ["Pam Bos"], "refused": ["Rik Smit", "Ans Post"],
        }  # fmt: skip
        assert importing.save(content).written == 0
        assert importing.save(content, {"group_work": "give"}).group_work == 2
        assert outcomes(importing.plan(content), "staff")["unchanged"] == ["Sanne de " + jet.name.last_name]


# ----------------------------------------------------------------------------------------- files of a source


def test_file_of_another_school_or_format_is_refused(importing: Import) -> None:
    with tenant_scope(importing.organisation_id):
        importing.save(EDEXML)
        with pytest.raises(ImportRefused, match="is van school 88XY"):
            importing.plan(sample("edexml-2.0.xml"))
        with pytest.raises(ImportRefused, match="waren EDEXML"):
            importing.plan(TWO)


def test_columns_are_remembered_with_the_source(importing: Import) -> None:
    content = b"nr;first;last;born;klas\n1;Pip;Rood;1-9-2023;Rupsen\n"
    chosen = {"key": "nr", "first_name": "first", "last_name": "last", "birth_date": "born", "group": "klas"}
    with tenant_scope(importing.organisation_id):
        assert importing.plan(content).read.missing
        importing.save(content, about="children", mapping=chosen)
        assert outcomes(importing.plan(content)) == {"unchanged": ["Pip Rood"]}
