from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import select

from trace_backend import orgs
from trace_backend.kit.auth import Subject, SubjectKind
from trace_backend.kit.errors import CONFLICT, INVALID, RecordError
from trace_backend.orgs import Organisation, OrganisationType, in_scope
from trace_backend.orgs.models import MAX_LEVELS


def add(record, parent_id, code=None):
    with record.database.transaction() as session:
        return orgs.add_organisation(
            session,
            record.clock,
            parent=session.get_one(Organisation, parent_id),
            name="新部门",
            organisation_type=OrganisationType.DEPARTMENT,
            code=code,
        )


def refusal(record, parent_id, code):
    with pytest.raises(RecordError) as refused:
        add(record, parent_id, code)
    return refused.value.problem


def test_codes_are_those_of_the_deck(tree):
    assert tree.codes["集团"] == ""
    assert tree.codes["农产品供应商"] == "A01"
    assert tree.codes["特色农业"] == "A01A05"
    assert tree.codes["水果类"] == "A01A05A01"


def test_first_free_code_is_given(record, tree):
    assert add(record, tree.ids["集团"]).code == "A04"
    assert add(record, tree.ids["农产品供应商"]).code == "A01A02"


def test_after_a99_comes_b01(record, tree):
    with record.database.transaction() as session:
        parent = session.get_one(Organisation, tree.ids["财务部"])
        codes = [
            orgs.add_organisation(
                session,
                record.clock,
                parent=parent,
                name="组",
                organisation_type=OrganisationType.DEPARTMENT,
            ).code
            for _ in range(100)
        ]
    assert codes[0] == "A03A01"
    assert codes[98:] == ["A03A99", "A03B01"]


@pytest.mark.parametrize(
    "code",
    ["", "A01", "A05", "A01A5", "A01a05", "A01A05A01", "B01A06", "A01A0５", "A01A05\n", "A01 A06"],
)
def test_code_that_does_not_continue_the_parents_is_refused(record, tree, code):
    assert refusal(record, tree.ids["农产品供应商"], code) is INVALID


def test_taken_code_is_a_conflict(record, tree):
    assert refusal(record, tree.ids["农产品供应商"], "A01A05") is CONFLICT


def test_tree_has_a_depth_limit_well_above_four(record, tree):
    deepest = tree.ids["水果类"]
    for _ in range(MAX_LEVELS - 3):
        deepest = add(record, deepest).id
    with pytest.raises(RecordError) as refused:
        add(record, deepest)
    assert refused.value.problem is INVALID


def test_same_codes_in_another_tenant_are_no_conflict(record, tree):
    assert add(record, tree.stranger_id, "A01").code == "A01"


def test_rivals_for_one_code_get_it_once(record, tree):
    def rival(_):
        try:
            return add(record, tree.ids["集团"], "K01").code
        except RecordError as error:
            return error.problem

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(rival, range(8)))
    assert sorted(answers, key=str).count("K01") == 1
    assert answers.count(CONFLICT) == 7


def visible(record, tree, name, tenant_id=None):
    subject = Subject(
        SubjectKind.USER, "u", tenant_id or tree.tenant_id, tree.ids[name], frozenset()
    )
    with record.database.reading() as session:
        query = select(Organisation.name).where(in_scope(subject, Organisation.id))
        return set(session.scalars(query))


def test_group_sees_all_below_it_and_nothing_of_others(record, tree):
    assert visible(record, tree, "集团") == set(tree.ids) - {"集团"} | {"黔山文产集团"}


def test_subsidiary_sees_itself_and_below_and_never_its_sisters(record, tree):
    assert visible(record, tree, "特色农业") == {"特色农业", "水果类", "主粮类", "二次加工"}
    assert visible(record, tree, "农副产品") == {"农副产品"}
    assert visible(record, tree, "市场部") == {"市场部"}


def test_tenant_that_does_not_fit_the_organisation_sees_nothing(record, tree):
    assert visible(record, tree, "集团", tenant_id=tree.stranger_id) == set()


def test_code_prefix_of_another_branch_is_not_enough(record, tree):
    """A01 must not see A010.. or B..; levels have a fixed width, so only whole levels match."""
    add(record, tree.ids["集团"], "A10")
    assert visible(record, tree, "农产品供应商") == {
        "农产品供应商",
        "农副产品",
        "特色农业",
        "水果类",
        "主粮类",
        "二次加工",
    }
