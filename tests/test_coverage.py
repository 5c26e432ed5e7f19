import pandas as pd
import pytest

from syriaconflict.coverage import coverage, set_aside


@pytest.fixture
def tables():
    """Two publishers that told something and one that did not; weeks from Monday."""
    claims = pd.DataFrame(
        {
            "claim_id": ["p1-1", "p1-2", "p2-1", "p1-3", "q-1", "q-2"],
            "document_id": ["p1", "p1", "p2", "p1", "q", "q"],
            "event_id": ["x", "y", "x", "z", "x", "x"],
            # Monday 25 November; Sunday 1 December; Monday 9 December; undated
            "start": pd.to_datetime(
                [
                    "2024-11-25",
                    "2024-12-01",
                    "2024-12-01",
                    "2024-12-09",
                    "2024-12-02",
                    None,
                ]
            ).as_unit("ms"),
        }
    )
    documents = pd.DataFrame(
        {"document_id": ["p1", "p2", "q", "r"], "publisher_id": ["p", "p", "q", "r"]}
    )
    events = pd.DataFrame(
        {"event_id": ["x", "y", "z"], "front_id": ["hama", "hama", None]}
    )
    return claims, documents, events


def test_claims_and_documents_by_publisher_front_and_week(tables):
    table = coverage(*tables)
    assert table.index.names == ["publisher_id", "front_id", "period"]
    # 3 publishers x 2 fronts x 3 weeks
    assert len(table) == 18
    told = table[table["claims"] > 0]
    assert {
        (publisher, front, f"{week:%Y-%m-%d}"): tuple(row)
        for (publisher, front, week), row in zip(
            told.index, told.to_numpy(), strict=True
        )
    } == {
        # three claims of two documents, Sunday with the Monday before
        ("p", "hama", "2024-11-25"): (3, 2),
        ("p", "not stated", "2024-12-09"): (1, 1),
        ("q", "hama", "2024-12-02"): (1, 1),
    }
    assert (table.loc["r"] == 0).all(axis=None)
    assert table.dtypes.tolist() == ["int64", "int64"]


def test_claims_counted_and_set_aside_are_all_claims(tables):
    aside = set_aside(tables[0])
    assert aside.to_numpy().tolist() == [["q-2", "no start"]]
    assert coverage(*tables)["claims"].sum() + len(aside) == len(tables[0])


def test_another_period(tables):
    table = coverage(*tables, freq="MS")
    assert table.loc[("p", "hama")].to_numpy().tolist() == [[1, 1], [2, 2]]


def test_row_order_does_not_matter_and_input_is_left_alone(tables):
    before = [table.copy() for table in tables]
    table = coverage(*tables)
    backwards = coverage(*(frame[::-1] for frame in tables))
    pd.testing.assert_frame_equal(backwards, table)
    for frame, kept in zip(tables, before, strict=True):
        pd.testing.assert_frame_equal(frame, kept)


def test_every_reference_must_be_there(tables):
    claims, documents, events = tables
    with pytest.raises(ValueError, match="document_id 'q', which is not in documents"):
        coverage(claims, documents.iloc[:2], events)
    with pytest.raises(ValueError, match="event_id 'z', which is not in events"):
        coverage(claims, documents, events.iloc[:2])


def test_no_dated_claim_is_refused(tables):
    claims, documents, events = tables
    with pytest.raises(ValueError, match="none of 1 claims has a start"):
        coverage(claims.iloc[5:], documents, events)


def test_repeated_ids_and_absent_columns_are_refused(tables):
    claims, documents, events = tables
    with pytest.raises(ValueError, match="claim_id 'p1-1' stands in several rows"):
        coverage(pd.concat([claims, claims]), documents, events)
    with pytest.raises(ValueError, match="document_id 'p1' stands in several rows"):
        coverage(claims, pd.concat([documents, documents]), events)
    with pytest.raises(ValueError, match="events lacks front_id"):
        coverage(claims, documents, events.drop(columns="front_id"))
    with pytest.raises(ValueError, match="claims lacks start"):
        set_aside(claims.drop(columns="start"))
