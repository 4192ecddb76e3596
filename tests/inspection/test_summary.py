import numpy as np
import pytest
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from skdeep import CNNClassifier, CNNRegressor, MLPClassifier, RNNClassifier
from skdeep.inspection import summary
from skdeep.nn import (
    LSTM,
    AveragePool,
    Conv,
    ConvTranspose,
    Dense,
    Flatten,
    GlobalMaxPool,
    Identity,
    KeepSize,
    MaxPool,
    Parallel,
    ReLU,
    Residual,
    SeparableConv,
    Serial,
    Upsample,
)

pytestmark = pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")
RNG = np.random.default_rng(0)


def fields(layers, shape):
    table = summary(Serial(layers), shape).table
    return list(table["receptive_field"])


def test_detour_by_a_pointwise_convolution_costs_less():
    reduced = summary([Conv(64, 3), Conv(256, 1)], (32, 32, 128))
    direct = summary([Conv(256, 3)], (32, 32, 128))
    assert list(reduced.table["multiply_adds"]) == [75_497_472, 16_777_216]
    assert reduced.multiply_adds == 92_274_688
    assert direct.multiply_adds == 301_989_888
    assert list(reduced.table["parameters"]) == [
        9 * 128 * 64 + 64,
        64 * 256 + 256,
    ]


def test_dilated_convolutions_by_hand():
    # WaveNet's stack: 2 taps at distance 1, 2, 4, 8 see 16 steps.
    layers = [Conv(4, 2, padding="causal", dilation_rate=2**i) for i in range(4)]
    made = summary(layers, (100, 1))
    assert list(made.table["receptive_field"]) == ["2", "4", "8", "16"]
    assert list(made.table["parameters"]) == [12, 36, 36, 36]
    assert list(made.table["multiply_adds"]) == [800, 3200, 3200, 3200]


def test_strided_convolutions_by_hand():
    layers = [
        Conv(8, 7, strides=2),  # 7, next one 2 further
        ReLU(),
        MaxPool(3, strides=2, padding="same"),  # 7 + 2 * 2 = 11, 4
        Conv(8, 3, dilation_rate=2),  # 11 + 4 * 4 = 27
        AveragePool(2),  # 27 + 4 = 31, 8
        Conv(8, (1, 5)),  # 31 and 31 + 4 * 8 = 63
    ]
    made = summary(layers, (64, 200, 3))
    assert list(made.table["receptive_field"]) == [
        "7 x 7",
        "7 x 7",
        "11 x 11",
        "27 x 27",
        "31 x 31",
        "31 x 63",
    ]
    assert list(made.table["output_shape"][:4]) == [
        (32, 100, 8),
        (32, 100, 8),
        (16, 50, 8),
        (16, 50, 8),
    ]
    assert made.table["multiply_adds"][0] == 32 * 100 * 49 * 3 * 8


def test_inception_by_hand():
    module = Parallel(
        [
            Conv(4, 1),
            Serial([Conv(2, 1), Conv(4, 5)]),
            Serial([MaxPool(3, 1, "same"), Conv(4, 1)]),
        ]
    )
    made = summary([module, Conv(6, 3)], (10, 10, 8))
    table = made.table
    assert list(table["layer"].str.strip().str.split("(").str[0]) == [
        "Parallel",
        "Conv",
        "Serial",
        "Conv",
        "Conv",
        "Serial",
        "MaxPool",
        "Conv",
        "Conv",
    ]
    assert list(table["receptive_field"]) == [
        "5 x 5",
        "1 x 1",
        "5 x 5",
        "1 x 1",
        "5 x 5",
        "3 x 3",
        "3 x 3",
        "3 x 3",
        "7 x 7",
    ]
    assert made.parameters == 36 + 18 + 204 + 36 + 9 * 12 * 6 + 6
    assert made.multiply_adds == 100 * (32 + 16 + 200 + 32 + 9 * 12 * 6)


def test_shortcut_sees_what_the_branch_sees():
    layers = [Residual([Conv(4, 3), Conv(4, 3)], Conv(4, 1)), Conv(4, 3)]
    assert fields(layers, (20, 2))[0] == "5"
    assert fields(layers, (20, 2))[-1] == "7"


@pytest.mark.parametrize(
    ("layers", "expected"),
    [
        ([Conv(2, 3), Flatten(), Dense(4)], ["3", "20", "20"]),
        ([Conv(2, 3), Dense(4)], ["3", "3"]),
        ([Conv(2, 3), GlobalMaxPool()], ["3", "20"]),
        ([LSTM(3), Conv(2, 3)], ["20", "20"]),
        ([Conv(2, 9), Conv(2, 9), Conv(2, 9)], ["9", "17", "20"]),
        ([MaxPool(2), Upsample(2), Conv(2, 3)], ["2", "2", "4"]),
        ([MaxPool(2), ConvTranspose(2, 2, strides=2), Conv(2, 3)], ["2", "2", "4"]),
        ([MaxPool(2), Upsample(2, "bilinear")], ["2", "4"]),
        ([MaxPool(2), ConvTranspose(2, 4, strides=2)], ["2", "4"]),
        (
            [KeepSize([MaxPool(2, padding="same"), Conv(2, 3), Upsample(2)]), Conv(2)],
            ["6", "2", "6", "6", "8"],
        ),
        (
            [
                Parallel(
                    [Identity(), KeepSize([MaxPool(2, padding="same"), Upsample(2)])]
                )
            ],
            ["2", "1", "2", "2", "2"],
        ),
    ],
)
def test_receptive_fields_of_other_layers(layers, expected):
    assert fields(layers, (20, 2)) == expected


def test_separable_convolution_shows_its_parts():
    table = summary([SeparableConv(6, 3)], (8, 8, 4)).table
    assert list(table["parameters"]) == [0, 36, 30]
    assert list(table["multiply_adds"]) == [0, 64 * 36, 64 * 24]
    assert table["receptive_field"][0] == "3 x 3"


@pytest.mark.parametrize("block", ["plain", "residual", "inception", "separable"])
def test_summary_before_fitting_is_that_after(block):
    X, y = RNG.normal(size=(12, 8, 8, 2)), np.arange(12) % 3
    cnn = CNNClassifier((4, 6), block=block, max_iter=1)
    before = summary(cnn, (8, 8, 2), n_outputs=3)
    assert not hasattr(cnn, "input_shape_")
    after = summary(make_pipeline("passthrough", cnn).fit(X, y))
    assert before.table.equals(after.table)
    assert before.parameters == after.parameters
    assert after.parameters == cnn.network_.theta.size
    assert after.multiply_adds == cnn.network_.plan.total_multiply_adds


def test_fields_are_those_that_a_gradient_shows():
    """Move one output's gradient back to see what it depends on."""
    layers = [Conv(3, 3, 2), Residual([Conv(3, 5)]), MaxPool(3, 2, "same"), Conv(2, 3)]
    expected = int(fields(layers, (101, 1))[-1])
    from skdeep.nn import Network

    net = Network(Serial(layers), (101, 1), np.float64, np.random.default_rng(0))
    x = RNG.normal(size=(50, 101, 1))
    space = net.workspace(np.empty_like(net.theta))
    space.wants_dx = True
    net.layer.open(space)
    y, backward = net.layer.forward(x, space)
    dy = np.zeros_like(y)
    dy[:, y.shape[1] // 2] = 1
    seen = np.flatnonzero(backward(dy).any(axis=(0, 2)))
    assert seen[-1] - seen[0] + 1 == expected


def test_row_of_a_table_is_a_signal():
    assert summary(CNNRegressor(), (30,)).table["output_shape"][0] == (30, 32)
    assert summary(MLPClassifier((5,)), (30,), n_outputs=3).parameters == 155 + 18


def test_shapes_that_are_known_need_not_be_given():
    assert summary(CNNRegressor(input_shape=(8, 8, 1))).input_shape == (8, 8, 1)
    X, y = RNG.normal(size=(20, 5)), np.arange(20) % 2
    model = make_pipeline(StandardScaler(), MLPClassifier((4,), max_iter=2)).fit(X, y)
    assert summary(model).parameters == 24 + 5


@pytest.mark.parametrize("model", [CNNClassifier(), Conv(3), [Conv(3)]])
def test_missing_shape_is_asked_for(model):
    with pytest.raises(ValueError, match="input_shape"):
        summary(model)


def test_impossible_architecture_is_refused():
    cnn = CNNClassifier((8, 8, 8), padding="valid")
    with pytest.raises(ValueError, match="leaves no output"):
        summary(cnn, (8, 8, 1))


def test_text_and_html_hold_layers_and_totals():
    made = summary([Conv(64, 3), Parallel([Conv(8, 1), Conv(8, 1)])], (32, 32, 128))
    for text in (str(made), repr(made), made._repr_html_()):
        assert "Conv(filters=64)" in text
        assert "75,497,472" in text
        assert f"{made.parameters:,} parameters" in text
    assert "<table" in made._repr_html_()
    assert "\N{EM SPACE}" not in str(made)


@pytest.mark.parametrize("shape", [(None, 3), (8, 0), (8, 2.5), 8.5, ()])
def test_what_is_no_shape_of_a_sample_is_refused(shape):
    with pytest.raises(ValueError, match="is no shape of one sample: give positive"):
        summary(RNNClassifier(), shape)


def test_number_of_codes_has_to_be_known():
    with pytest.raises(ValueError, match=r"embedding_dim=3 .* fit it first"):
        summary(RNNClassifier(embedding_dim=3), (10, 1))


def test_categories_have_to_be_known():
    with pytest.raises(ValueError, match=r"vectors of categories, .* fit it first"):
        summary(MLPClassifier(categorical_features="from_dtype"), (5,))
