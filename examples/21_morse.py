"""
Morse code: audio to text, and text to audio
============================================

A network hears Morse code of any speed, in noise, and writes the text; another one
reads text and writes the sound. Nobody tells them the code: they learn it from messages
and recordings.

Run it with ``python examples/21_morse.py``; it needs
``pip install "scikit-deep[examples]"``.
"""

# %%
# 1. Data
# -------
# A recording is a sequence of frames, the loudness in four bands of frequency. The tone
# is in the second band and leaks into the third; all bands have noise. Every operator
# has a speed, 1.5 to 3.5 frames for a dot, and a hand that is not steady.

import matplotlib.pyplot as plt
import numpy as np

from skdeep import Seq2SeqClassifier, Seq2SeqRegressor
from skdeep.inspection import AttentionDisplay

signs = (
    ".- -... -.-. -.. . ..-. --. .... .. .--- -.- .-.. -- -. --- .--. --.- .-. ... - "
    "..- ...- .-- -..- -.-- --.."
)
code = dict(zip("abcdefghijklmnopqrstuvwxyz", signs.split(), strict=True))
rng = np.random.default_rng(2026)


def steady(n_frames):
    return n_frames


def by_hand(n_frames):
    return max(1, round(n_frames * rng.uniform(0.85, 1.15)))


def key(text, dot, hand):
    """Return when the key is down: 1 or 0 for each frame."""
    frames = []
    for letter in text:
        for sign in code[letter]:
            frames += [1] * hand(dot * (3 if sign == "-" else 1)) + [0] * hand(dot)
        frames += [0] * hand(2 * dot)
    return np.array(frames, dtype=float)


def record(text):
    """Return a recording of noise, leaking tone, and an operator's own speed."""
    tone = key(text, rng.uniform(1.5, 3.5), by_hand)
    bands = np.abs(rng.normal(0, 0.3, size=(len(tone), 4)))
    bands[:, 1] += tone
    bands[:, 2] += tone / 2
    return bands.astype("float32")


def messages(n_messages, longest):
    letters = list(code)
    sizes = rng.integers(2, longest + 1, size=n_messages)
    return ["".join(rng.choice(letters, n)) for n in sizes]


# %%
# 2. Audio to text
# ----------------
# A convolution with strides of 2 makes a recording half as long before the recurrent
# layer reads it: ``filters=32``. Two of them would leave a fast dot less than a step.
# In each epoch every recording has new noise on top of its own: ``augment="jitter"``.

texts = messages(6300, 5)
recordings = [record(text) for text in texts]
listener = Seq2SeqClassifier(
    filters=32,
    attention="additive",
    dropout=0.2,
    augment="jitter",
    batch_size=32,
    max_iter=15,
    random_state=0,
)
listener.fit(recordings[:6000], texts[:6000])
right = listener.score(recordings[6000:], texts[6000:])
print(f"{right:.1%} of 300 unseen messages are right in full")

# %%
# While it writes, the listener goes through the recording from left to right.

heard = recordings[6000:6001]
figure, axes = plt.subplots(
    2, 1, figsize=(9, 4.5), layout="constrained", height_ratios=(1, 1.4), sharex=True
)
axes[0].imshow(heard[0].T, cmap="gray_r", aspect="auto", interpolation="nearest")
axes[0].set_ylabel("band")
axes[0].set_title(f"{texts[6000]!r}, heard as {listener.predict(heard)[0]!r}")
AttentionDisplay.from_estimator(listener, heard, ax=axes[1])
plt.show()

# %%
# 3. Text to audio
# ----------------
# The sound that is to be learned is that of a steady hand, one frame to a dot. The
# speaker also learns where it ends.

words = messages(2300, 4)
sounds = [
    key(word, 1, steady)[:, np.newaxis] * [0.0, 1.0, 0.5, 0.0] + [0.1, 0.0, 0.0, 0.1]
    for word in words
]
speaker = Seq2SeqRegressor(batch_size=32, max_iter=20, random_state=0)
speaker.fit(words[:2000], sounds[:2000])
spoken = speaker.predict(words[2000:])
same = np.mean([len(a) == len(b) for a, b in zip(spoken, sounds[2000:], strict=True)])


def as_long(sound, n_frames):
    return np.pad(sound[:n_frames], ((0, max(0, n_frames - len(sound))), (0, 0)))


tone = [as_long(s, len(t))[:, 1] for s, t in zip(spoken, sounds[2000:], strict=True)]
wanted = np.concatenate(sounds[2000:])[:, 1]
correlation = np.corrcoef(np.concatenate(tone), wanted)[0, 1]
print(f"{same:.1%} of 300 unseen words have the right length")
print(f"correlation of the tone with the right one: {correlation:.3f}")

# %%
# Words that nobody taught it, letter by letter:

unseen = ["deep", "net"]
figure, axes = plt.subplots(2, 1, figsize=(9, 3), layout="constrained")
for ax, word, sound in zip(axes, unseen, speaker.predict(unseen), strict=True):
    right = key(word, 1, steady)
    ax.fill_between(range(len(right)), right, step="mid", color="0.85", label="right")
    ax.step(range(len(sound)), sound[:, 1], where="mid", label="spoken")
    ax.set_title(f"{word}: {'  '.join(code[letter] for letter in word)}")
axes[0].legend(loc="upper right")
axes[-1].set_xlabel("frame")
plt.show()
