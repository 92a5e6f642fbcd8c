from engineo.features.deo_score.domain.memo import Memo


def test_work_is_done_once_per_object_and_name() -> None:
    memo, calls = Memo(), []

    def work() -> int:
        calls.append(1)
        return len(calls)

    one, two = ["x"], ["x"]
    assert [memo.get("a", one, work), memo.get("a", one, work)] == [1, 1]
    assert [memo.get("b", one, work), memo.get("a", two, work)] == [2, 3]


def test_nothing_may_be_remembered_too() -> None:
    memo, calls = Memo(), []
    source = ("x",)
    for _ in range(2):
        assert memo.get("a", source, lambda: calls.append(1)) is None
    assert len(calls) == 1
