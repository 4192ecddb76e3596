"""Morse code: audio of any speed, in noise, to text; and text to audio."""

import numpy as np
import pytest

from skdeep import Seq2SeqClassifier, Seq2SeqRegressor

SIGNS = (
    ".- -... -.-. -.. . ..-. --. .... .. .--- -.- .-.. -- -. --- .--. --.- .-. ... - "
    "..- ...- .-- -..- -.-- --.."
)
CODE = dict(zip("abcdefghijklmnopqrstuvwxyz", SIGNS.split(), strict=True))


def key(text, dot, vary):
    """Return when the key is down, 1 or 0 for each frame."""
    frames = []
    for letter in text:
        for sign in CODE[letter]:
            frames += [1] * vary(dot * (3 if sign == "-" else 1)) + [0] * vary(dot)
        frames += [0] * vary(2 * dot)
    return np.array(frames, dtype=float)


def record(text, rng):
    """Return four bands of noise, the tone in one, and half of it in the next."""

    def by_hand(n_frames):
        return max(1, round(n_frames * rng.uniform(0.85, 1.15)))

    tone = key(text, rng.uniform(1.5, 3.5), by_hand)
    bands = np.abs(rng.normal(0, 0.3, size=(len(tone), 4)))
    bands[:, 1] += tone
    bands[:, 2] += tone / 2
    return bands.astype("float32")


def messages(rng, n_messages, shortest, longest):
    sizes = rng.integers(shortest, longest + 1, size=n_messages)
    return ["".join(rng.choice(list(CODE), size)) for size in sizes]


@pytest.mark.slow
def test_audio_becomes_text():
    rng = np.random.default_rng(2026)
    texts = messages(rng, 9000, 3, 8)
    recordings = [record(text, rng) for text in texts]
    model = Seq2SeqClassifier(
        filters=32,
        attention="additive",
        dropout=0.2,
        augment="jitter",
        batch_size=32,
        max_iter=15,
        random_state=0,
    )
    model.fit(recordings[:8000], texts[:8000])
    score = model.score(recordings[8000:], texts[8000:])
    print(score)
    assert score >= 0.95


@pytest.mark.slow
def test_text_becomes_audio():
    rng = np.random.default_rng(0)
    texts = messages(rng, 2300, 2, 5)
    sounds = [
        key(text, 1, int)[:, np.newaxis] * np.array([0.1, 1, 0.5]) for text in texts
    ]
    model = Seq2SeqRegressor(batch_size=32, random_state=0)
    model.fit(texts[:2000], sounds[:2000])
    pairs = zip(model.predict(texts[2000:]), sounds[2000:], strict=True)
    # What was left out counts as silence.
    pairs = [
        (np.pad(a[: len(b)], ((0, max(0, len(b) - len(a))), (0, 0))), b)
        for a, b in pairs
    ]
    spoken, right = (np.concatenate(part).ravel() for part in zip(*pairs, strict=True))
    correlation = np.corrcoef(spoken, right)[0, 1]
    print(correlation)
    assert correlation >= 0.95
