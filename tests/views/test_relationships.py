"""The list of partners: pages, columns, kinds, and its plainer forms."""

from bot.language import language
from bot.partner_center.models import PartnerRelationship, PartnerRelationships, RelationshipType
from bot.reply import Message
from bot.views import relationships
from tests.views.reading import of_type, shown
from tests.views.samples import AT, HOSTILE, TENANT, customer, partners

ENGLISH = language("en")


def listing(of: PartnerRelationships, first: int = 0) -> Message:
    return relationships.listing(ENGLISH, customer(), of, read_at=AT, first=first)


def rows(message: Message) -> list[list[str]]:
    """Return the texts of the table, its head included."""
    (table,) = of_type(message.blocks, "data_table")
    return [[cell["text"] for cell in row] for row in table["rows"]]


def next_values(message: Message) -> list[str]:
    return [
        button["value"] for button in of_type(message.blocks, "button") if button["action_id"] == "relationships_page"
    ]


def test_a_hundred_rows_stand_in_a_message_and_a_button_leads_on() -> None:
    first = listing(partners(130))
    assert len(rows(first)) == 101
    assert next_values(first) == [f"{TENANT}:100"]
    second = listing(partners(130), first=100)
    assert len(rows(second)) == 31
    assert next_values(second) == []


def test_pages_meet_without_gap_or_overlap_even_where_long_names_shorten_them() -> None:
    many = partners(130, full=True, name=HOSTILE)
    seen: list[str] = []
    first = 0
    while True:
        page = listing(many, first)
        seen += [row[3] for row in rows(page)[1:]]
        if not next_values(page):
            break
        first = int(next_values(page)[0].partition(":")[2])
    assert seen == [partner.mpn_id for partner in many.items]


def test_a_page_beyond_the_end_is_the_first() -> None:
    assert rows(listing(partners(3), first=900)) == rows(listing(partners(3)))


def test_a_column_that_nobody_fills_is_left_out() -> None:
    assert rows(listing(partners(8)))[0] == ["Name", "Kind", "Partner ID (MPN)"]
    assert rows(listing(partners(8, full=True)))[0] == ["Name", "Kind", "State", "Partner ID (MPN)", "Location"]


def test_the_kind_is_told_from_where_the_reader_stands() -> None:
    kinds = {
        RelationshipType.IS_INDIRECT_CLOUD_SOLUTION_PROVIDER_OF: "Indirect reseller",
        RelationshipType.IS_INDIRECT_RESELLER_OF: "Indirect provider",
        "is_something_new": "Another kind of relationship",
    }
    for kind, words in kinds.items():
        only = PartnerRelationship(id="1", name="Fabrikam", relationship_type=kind)
        assert rows(listing(PartnerRelationships(items=(only,))))[1][1] == words


def test_a_partner_id_keeps_its_leading_zeros() -> None:
    assert rows(listing(partners(2)))[2][2] == "0000001"


def test_every_form_names_every_partner_of_the_page() -> None:
    page = listing(partners(100))
    for blocks in (page.blocks, *page.plainer):
        text = "\n".join(shown(blocks))
        assert all(f"{number:07d}" in text for number in range(100))


def test_an_unread_rest_is_said() -> None:
    assert "More than 3 partners" in "".join(shown(listing(partners(3, more=True)).blocks))
