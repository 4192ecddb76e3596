"""Models in files without code: they come back whole, old ones too, or are refused."""

import io
import json
import pickle
import re
import zipfile

import numpy as np
import pytest
from imblearn.over_sampling import SMOTE
from numpy.testing import assert_allclose, assert_array_equal
from sklearn import config_context

import skdeep
from skdeep import MLPClassifier, NeuralNetworkClassifier, _archive
from skdeep.callbacks import Checkpoint
from skdeep.nn import Dense
from skdeep.persistence import load, save
from tests import model_files
from tests.estimators.data import BINARY, MULTICLASS

pytestmark = pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")

RELEASES = sorted(model_files.FOLDER.iterdir())


def same(one, other):
    for a, b in zip(one, other, strict=True):
        assert_array_equal(a, b)


def named(model):
    """Return its representation, without addresses in memory."""
    return re.sub("0x[0-9a-f]+", "", repr(model))


@pytest.fixture
def path(tmp_path):
    return tmp_path / "model.skdeep"


@pytest.mark.parametrize("name", model_files.MODELS)
def test_every_estimator_and_transformer_comes_back(name, path):
    model, output = model_files.fitted(name)
    X = model_files.MODELS[name][1]
    before = pickle.dumps(model)
    save(model, path)
    assert pickle.dumps(model) == before
    copy = load(path)
    same(model_files.output(copy, X), output)
    assert named(copy) == named(model)
    assert vars(copy).keys() == vars(model).keys()


def test_every_public_estimator_is_in_the_table():
    classes = {type(model).__name__ for model, *_ in model_files.MODELS.values()}
    assert set(skdeep.__all__) <= classes
    transformers = {n for n in skdeep.preprocessing.__all__ if n[0].isupper()}
    assert transformers <= classes


@pytest.mark.parametrize("release", RELEASES, ids=lambda folder: folder.name)
@pytest.mark.filterwarnings("ignore::sklearn.exceptions.InconsistentVersionWarning")
def test_files_of_every_version_load_and_predict_what_they_did(release):
    outputs = json.loads((release / "outputs.json").read_text())
    assert len(outputs) == len(list(release.glob("*.skdeep")))
    for name, expected in outputs.items():
        X = model_files.MODELS[name][1]
        found = model_files.output(load(release / f"{name}.skdeep"), X)
        for a, b in zip(found, expected, strict=True):
            a, b = np.asarray(a), np.asarray(b)
            if a.dtype.kind in "OUS":
                assert_array_equal(a, b)
            else:
                assert_allclose(a, b, rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize("solver", ["adam", "sgd"])
def test_training_goes_on_after_a_round_trip(solver, path):
    model = MLPClassifier((5,), solver=solver, warm_start=True, max_iter=2)
    model.set_params(random_state=0, learning_rate="cosine", averaging="ema")
    model.fit(BINARY.X, BINARY.y)
    save(model, path)
    copy = load(path)
    for each in (model, copy):
        each.partial_fit(BINARY.X, BINARY.y).partial_fit(BINARY.X, BINARY.y)
    assert_array_equal(copy.network_.theta, model.network_.theta)


def test_a_file_holds_no_training_data_and_little_else(path):
    model = MLPClassifier((100, 100), max_iter=2, random_state=0)
    save(model.fit(BINARY.X, BINARY.y), path)
    assert path.stat().st_size < 1.02 * model.network_.theta.nbytes + 8_000


def test_shared_parts_are_shared_again(path):
    layer = Dense(3)
    model = NeuralNetworkClassifier([layer, layer], warm_start=True, max_iter=1)
    save(model.fit(MULTICLASS.X, MULTICLASS.y), path)
    copy = load(path)
    assert copy.layers[0] is copy.layers[1]
    assert copy._trainer.network is copy.network_


@pytest.mark.parametrize(
    "random_state",
    [np.random.RandomState(3), np.random.default_rng(3), np.int64(3)],
    ids=lambda x: type(x).__name__,
)
def test_hyperparameters_that_are_no_plain_values(random_state, path):
    given = {
        "class_weight": {"a": 1.5, 1: np.inf},
        "random_state": random_state,
        "hidden_layer_sizes": np.array([3, 4]),
    }
    save(MLPClassifier(**given), path)
    copy = load(path)
    assert copy.class_weight == given["class_weight"]
    assert_array_equal(copy.hidden_layer_sizes, [3, 4])
    if hasattr(random_state, "normal"):
        assert copy.random_state.normal() == random_state.normal()
    else:
        assert type(copy.random_state) is np.int64


def test_requests_of_metadata_survive_and_callbacks_do_not(path):
    model = MLPClassifier().set_callbacks(Checkpoint(path))
    with config_context(enable_metadata_routing=True):
        model.set_fit_request(sample_weight=True)
    save(model, path)
    copy = load(path)
    assert copy.get_metadata_routing().fit.requests["sample_weight"] is True
    assert "callbacks" not in " ".join(vars(copy))


class MyLayer(Dense):
    """A layer of a user's own."""


@pytest.mark.parametrize(
    ("model", "message"),
    [
        (MLPClassifier(learning_rate=lambda s: 0.1), r"\.learning_rate is '<lambda>'"),
        (MLPClassifier(sampler=SMOTE()), r"\.sampler is a SMOTE of imblearn"),
        (NeuralNetworkClassifier([Dense(2), MyLayer(3)]), r"\.layers\[1\] is a MyLa"),
        (MLPClassifier(class_weight={1: object()}), r"class_weight\[1\] is a object"),
    ],
    ids=["function", "sampler", "layer", "object"],
)
def test_what_cannot_be_saved_is_named(model, message, path):
    path.write_bytes(b"what was there")
    with pytest.raises(ValueError, match=message):
        save(model, path)
    assert path.read_bytes() == b"what was there"
    assert list(path.parent.iterdir()) == [path]


def test_only_estimators_are_saved(path):
    with pytest.raises(TypeError, match="SMOTE of imblearn"):
        save(SMOTE(), path)
    with pytest.raises(TypeError, match="dict of builtins"):
        save({}, path)


@pytest.fixture(scope="module")
def raw():
    return (RELEASES[-1] / "MLPClassifier.skdeep").read_bytes()


def test_200_files_cut_off_or_changed_at_random_are_refused(raw, path):
    rng = np.random.default_rng(0)
    for i in range(200):
        changed, place = bytearray(raw), int(rng.integers(len(raw)))
        if i % 2:
            del changed[place:]
        else:
            changed[place] ^= 1 << int(rng.integers(8))
        path.write_bytes(changed)
        with pytest.raises(ValueError, match="is cut off, changed, or no file of sk"):
            load(path)


def test_a_file_of_a_newer_version_says_so(path, monkeypatch):
    model = MLPClassifier()
    with monkeypatch.context() as later:
        later.setattr(skdeep, "__version__", "7.1.0")
        save(model, path)
    with pytest.raises(ValueError, match=r"written by skdeep 7\.1\.0.*install"):
        load(path)
    with monkeypatch.context() as later:
        later.setattr(_archive, "FORMAT", 2)
        save(model, path)
    with pytest.raises(ValueError, match="in format 2; this is skdeep"):
        load(path)


def test_a_class_that_is_not_on_the_list_is_refused(path, raw):
    content, arrays = _archive.unpack(raw, "model", path)
    for name in ("os.system", "nn.Network.__init__", "sklearn.pipeline.make_pipeline"):
        content["objects"][0]["class"] = name
        _archive.write(path, _archive.pack("model", content, arrays))
        with pytest.raises(ValueError, match=f"{name}.*is no class of this version"):
            load(path)


def test_a_checkpoint_is_no_model(path):
    _archive.write(path, _archive.pack("checkpoint", {}, {}))
    with pytest.raises(ValueError, match="holds a checkpoint, not a model"):
        load(path)


def test_equal_models_are_equal_bytes_in_an_ordinary_zip(path):
    model, _ = model_files.fitted("MLPClassifier")
    save(model, path)
    first = path.read_bytes()
    save(load(path), path)
    assert path.read_bytes() == first
    with zipfile.ZipFile(io.BytesIO(first)) as archive:
        assert archive.testzip() is None
        assert json.loads(archive.read("header.json"))["kind"] == "model"
    assert np.load(path, allow_pickle=False)["array0"].size


def test_a_missing_file_is_pythons_own_error(path):
    with pytest.raises(FileNotFoundError):
        load(path)
