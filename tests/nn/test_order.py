import numpy as np
import pytest
from numpy.testing import assert_array_equal

from skdeep.nn.training import BalancedOrder, Order, Samples
from tests.nn.training_runs import LOSS, make_trainer, problem, small_network

CLASSES = np.repeat([0, 1, 2], [60, 25, 5])  # 90 samples


def rng(seed=0):
    return np.random.default_rng(seed)


def test_shuffled_order_takes_every_sample_once():
    order = Order(shuffle=True).draw(50, 10, rng())
    assert_array_equal(np.sort(order), range(50))
    assert not np.array_equal(order, range(50))


def test_order_is_new_in_every_epoch():
    generator, order = rng(), Order(shuffle=True)
    first, second = (order.draw(50, 10, generator) for _ in range(2))
    assert not np.array_equal(first, second)


@pytest.mark.parametrize(("shuffle", "batch_size"), [(False, 10), (True, 50)])
def test_samples_stay_as_they_lie_where_order_does_not_matter(shuffle, batch_size):
    assert Order(shuffle).draw(50, batch_size, rng()) is None


def balanced(batch_size=10, seed=0, classes=CLASSES):
    return BalancedOrder(classes).draw(len(classes), batch_size, rng(seed))


def test_balanced_epoch_is_as_long_as_any():
    assert len(balanced()) == len(CLASSES)


@pytest.mark.parametrize("batch_size", [3, 9, 10, 30, 90])
def test_balanced_mini_batches_hold_as_many_of_each_class(batch_size):
    order = balanced(batch_size)
    for start in range(0, 90, batch_size):
        batch = CLASSES[order[start : start + batch_size]]
        counts = np.bincount(batch, minlength=3)
        # A cut within a turn may take or leave a class at either end.
        assert counts.max() - counts.min() <= (2 if batch_size % 3 else 0)


def test_balanced_classes_go_through_their_samples_before_they_repeat():
    order = balanced()
    for label, size in enumerate(np.bincount(CLASSES)):
        own = order[CLASSES[order] == label]
        for start in range(0, len(own), size):
            part = own[start : start + size]
            assert len(set(part)) == len(part)


def test_balanced_order_is_decided_by_the_generator():
    assert_array_equal(balanced(seed=1), balanced(seed=1))
    assert not np.array_equal(balanced(seed=1), balanced(seed=2))


@pytest.mark.parametrize("classes", [np.zeros(7, int), np.array([3, 8, 8, 8, 8])])
def test_balanced_order_takes_any_class_numbers(classes):
    order = balanced(2, classes=classes)
    labels, counts = np.unique(classes[order], return_counts=True)
    assert_array_equal(labels, np.unique(classes))
    assert counts.max() - counts.min() <= 1


def test_trainer_takes_the_samples_in_the_order_it_is_given():
    class Backwards(Order):
        def draw(self, n_samples, batch_size, rng):
            return np.arange(n_samples)[::-1]

    class Listening(Samples):
        def gather(self, which, workspace):
            seen.extend(which)
            return super().gather(which, workspace)

    seen = []
    trainer = make_trainer(small_network(), LOSS, 50, batch_size=16)
    trainer.run(Listening(*problem()), 1, order=Backwards(shuffle=False))
    assert seen == list(range(50))[::-1]
