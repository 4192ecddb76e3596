import numpy as np
import pytest
from sklearn import config_context, preprocessing

from skdeep.preprocessing import StandardScaler
from tests.preprocessing.kinds import make, rows


@pytest.mark.parametrize("kind", ["3d", "4d", "list"])
def test_sample_weight_counts_at_every_position(kind):
    X = make(kind)
    weights = np.random.default_rng(0).uniform(0, 3, len(X))
    positions = [x.size // 3 for x in X]
    scaler = StandardScaler().fit(X, sample_weight=weights)
    by_hand = preprocessing.StandardScaler()
    by_hand.fit(rows(X), sample_weight=np.repeat(weights, positions))
    for name in ("mean_", "var_", "scale_", "n_samples_seen_"):
        np.testing.assert_allclose(getattr(scaler, name), getattr(by_hand, name))


def test_integer_weights_are_repetitions():
    X = make("list")
    weights = [2, 0, 1, 1, 3]
    repeated = [x for x, n in zip(X, weights, strict=True) for _ in range(n)]
    weighted = StandardScaler().fit(X, sample_weight=weights)
    np.testing.assert_allclose(weighted.mean_, StandardScaler().fit(repeated).mean_)


@pytest.mark.parametrize("weights", [[1.0], [[1.0] * 20], np.ones(140)])
def test_wrong_weights(weights):
    with pytest.raises(ValueError, match="give one weight per sample"):
        StandardScaler().fit(make("3d"), sample_weight=weights)


@pytest.mark.parametrize("with_std", [True, False])
@pytest.mark.parametrize("with_mean", [True, False])
def test_partial_fit_on_batches_of_all_kinds(with_mean, with_std):
    rng = np.random.default_rng(0)
    table = rng.normal(5, 2, size=(60, 3))
    table[rng.random(table.shape) < 0.1] = np.nan
    # A batch in which one channel is missing altogether.
    table[20:40, 1] = np.nan
    batches = [table[:20], table[20:40].reshape(4, 5, 3), [table[40:43], table[43:]]]
    parameters = {"with_mean": with_mean, "with_std": with_std}
    scaler = StandardScaler(**parameters)
    for batch in batches:
        scaler.partial_fit(batch)
    whole = preprocessing.StandardScaler(**parameters).fit(table)
    for name in ("mean_", "var_", "scale_", "n_samples_seen_"):
        ours, theirs = getattr(scaler, name), getattr(whole, name)
        assert (ours is None) == (theirs is None)
        if theirs is not None:
            np.testing.assert_allclose(ours, theirs)


def test_a_channel_without_values_stays_unknown_until_it_has_some():
    X = np.ones((2, 3, 2))
    X[..., 1] = np.nan
    scaler = StandardScaler().partial_fit(X)
    assert np.isnan([scaler.mean_[1], scaler.var_[1], scaler.scale_[1]]).all()
    scaler.partial_fit(np.full((2, 3, 2), 5.0))
    np.testing.assert_array_equal(scaler.mean_, [3, 5])


def test_large_means_and_constant_channels():
    rng = np.random.default_rng(0)
    X = np.stack([1e9 + rng.normal(size=(50, 40)), np.full((50, 40), 0.1)], axis=-1)
    scaler = StandardScaler().fit(X)
    np.testing.assert_allclose(scaler.scale_[0], X[..., 0].std(), rtol=1e-6)
    assert scaler.scale_[1] == 1
    np.testing.assert_allclose(scaler.transform(X)[..., 1], 0, atol=1e-15)


def test_single_precision_does_not_lose_the_mean():
    X = np.full((400, 256, 256, 1), 0.1, dtype=np.float32)
    X[::2] += 1
    scaler = StandardScaler().fit(X)
    np.testing.assert_allclose(scaler.mean_, 0.6, rtol=1e-6)
    np.testing.assert_allclose(scaler.scale_, 0.5, rtol=1e-6)


@pytest.mark.parametrize("kind", ["3d", "list"])
def test_copy_in_transform_overrides_that_of_the_scaler(kind):
    X = make(kind)
    scaler = StandardScaler(copy=False).fit(X)
    scaled = scaler.transform(X, copy=True)
    assert not np.shares_memory(scaled[0], X[0])
    back = scaler.inverse_transform(scaled, copy=True)
    np.testing.assert_allclose(back[0], X[0])
    assert not np.shares_memory(back[0], scaled[0])
    assert np.shares_memory(StandardScaler().fit(X).transform(X, copy=False)[0], X[0])


def test_sparse_tables():
    from scipy import sparse

    X = sparse.random_array((20, 4), density=0.5, rng=0).tocsr()
    scaled = StandardScaler(with_mean=False).fit_transform(X)
    by_hand = preprocessing.StandardScaler(with_mean=False).fit_transform(X)
    np.testing.assert_array_equal(scaled.toarray(), by_hand.toarray())


def test_weights_are_routed():
    with config_context(enable_metadata_routing=True):
        scaler = StandardScaler().set_fit_request(sample_weight=True)
        assert scaler.get_metadata_routing().fit.requests == {"sample_weight": True}
