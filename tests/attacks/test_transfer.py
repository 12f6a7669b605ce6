"""Whether others agree: every network judges every picture but its own."""

from __future__ import annotations

import torch

from core.attacks.transfer import answers, by_others, probability


def test_others_judge_every_picture_but_their_own() -> None:
    """Member k answers k whatever it sees, so a row is agreed with by the member it names."""
    members = 4

    def stubborn(x: torch.Tensor) -> torch.Tensor:
        return torch.eye(members)[:, None].expand(-1, x.shape[1], -1)

    classes = torch.tensor([[0, 1], [2, 2], [3, 2], [0, 3]])
    found = by_others(answers, stubborn, torch.zeros(4, 2, 1), classes)
    torch.testing.assert_close(found, torch.tensor([[0, 1], [1, 1], [1, 0], [1, 0]]) / 3)


def test_a_network_is_asked_about_its_own_row() -> None:
    scores = torch.tensor([[[0.0, 0.0]], [[0.0, torch.log(torch.tensor(3.0))]]])
    x, classes = torch.zeros(2, 1, 1), torch.tensor([[0], [1]])
    found = probability(lambda _: scores, x, classes)
    torch.testing.assert_close(found, torch.tensor([[0.5], [0.75]]))
    assert answers(lambda _: scores, x, 1 - classes).tolist() == [[0.0], [0.0]]
