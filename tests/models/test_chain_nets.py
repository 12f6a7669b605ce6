"""Networks that read chains: held to torch's own layers, and to rules applied by hand."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from core.data.kinship import COUNT, NO_RULE, draw, rule_table
from core.lab.seeding import numpy_generator
from core.models.chain_nets import ChainNets
from core.models.chain_plans import BAG, LEARNING_RATES, RECURRENT, RULES, TRANSFORMER, answer_flops

WIDTH = 8
NONE = np.zeros((COUNT, COUNT), dtype=bool)


def some_chains(length: int = 4) -> tuple[torch.Tensor, torch.Tensor]:
    one = [draw(6, length, NONE, numpy_generator(seed, "chains")) for seed in (5, 9)]
    relations, answers = [c.relations for c in one], [c.answers for c in one]
    return torch.from_numpy(np.stack(relations)), torch.from_numpy(np.stack(answers))


@pytest.mark.parametrize("plan", LEARNING_RATES)
def test_a_network_in_a_stack_is_the_network_alone(plan):
    chains, answers = some_chains()
    both, alone = ChainNets(plan, (5, 9), WIDTH, COUNT), ChainNets(plan, (9,), WIDTH, COUNT)
    for _ in range(3):
        both.learn(chains, answers)
        alone.learn(chains[1:], answers[1:])
    torch.testing.assert_close(
        both.logits(chains)[1], alone.logits(chains[1:])[0], atol=1e-5, rtol=1e-4
    )


def test_the_recurrent_network_computes_what_torchs_gru_does():
    chains, _ = some_chains()
    nets = ChainNets(RECURRENT, (5, 9), WIDTH, COUNT)
    gru = torch.nn.GRU(WIDTH, WIDTH, batch_first=True)
    with torch.no_grad():
        own = {name: weight[0] for name, weight in nets.weights.items()}
        gru.weight_ih_l0.copy_(own["input"].T)
        gru.weight_hh_l0.copy_(own["state"].T)
        gru.bias_ih_l0.copy_(own["input bias"][0])
        gru.bias_hh_l0.copy_(own["state bias"][0])
        states, _ = gru(own["meaning"][chains[0]])
        expected = states[:, -1] @ own["out"] + own["out bias"]
        torch.testing.assert_close(nets.logits(chains)[0], expected)


def test_attention_is_torchs_own():
    x = torch.randn(2, 2, 5, 4, generator=torch.Generator().manual_seed(0))
    expected = torch.nn.functional.scaled_dot_product_attention(x, x, x)
    torch.testing.assert_close((x @ x.mT / 4**0.5).softmax(3) @ x, expected)


def test_a_bag_knows_no_order_and_a_transformer_does():
    chains, _ = some_chains()
    turned = chains.flip(2)
    bag, other = (ChainNets(plan, (1, 2), WIDTH, COUNT) for plan in (BAG, TRANSFORMER))
    torch.testing.assert_close(bag.logits(chains), bag.logits(turned))
    assert not torch.allclose(other.logits(chains), other.logits(turned), atol=1e-3)


def test_rules_that_are_typed_in_answer_chains_of_any_length():
    table = rule_table()
    rows = [(int(a), int(b), int(table[a, b])) for a, b in np.argwhere(table != NO_RULE)]
    nets = ChainNets(RULES, (1, 2), WIDTH, COUNT).with_rules([rows, rows])
    for length in (2, 10):
        chains, answers = some_chains(length)
        assert (nets.answers(chains) == answers.numpy()).all()
    for a, b, c in rows:
        assert nets.rules()[0, a, b].argmax() == c


def test_a_copy_leaves_the_learned_table_as_it_was():
    nets = ChainNets(RULES, (1, 2), WIDTH, COUNT)
    before = nets.rules()
    nets.with_rules([[(0, 0, 3)], []])
    np.testing.assert_array_equal(nets.rules(), before)


def test_the_fold_adds_up_over_all_steps_between():
    nets = ChainNets(RULES, (3,), WIDTH, COUNT)
    with torch.no_grad():
        nets.weights["table"].copy_(
            torch.randn(1, COUNT, COUNT, COUNT, generator=torch.Generator().manual_seed(1))
        )
    rules = nets.rules()[0]
    expected = sum(rules[2, 4, middle] * rules[middle, 7] for middle in range(COUNT))
    found = nets.logits(torch.tensor([[[2, 4, 7]]])).exp()[0, 0].detach().numpy()
    np.testing.assert_allclose(found, expected, rtol=1e-5)


@pytest.mark.parametrize("plan", LEARNING_RATES)
def test_what_an_answer_costs_is_what_torch_counts(plan):
    from torch.utils.flop_counter import FlopCounterMode

    nets = ChainNets(plan, (1,), 32, COUNT)
    chains = torch.zeros(1, 10, 6, dtype=torch.int64)
    with FlopCounterMode(display=False) as counter:
        nets.answers(chains)
    assert counter.get_total_flops() == pytest.approx(
        10 * answer_flops(plan, 6, 32, COUNT), rel=0.1
    )
