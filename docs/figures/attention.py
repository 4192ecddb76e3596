"""Where a network looks that writes digits as words."""

import numpy as np

from skdeep import Seq2SeqClassifier
from skdeep.inspection import AttentionDisplay

words = ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"]
numbers = [str(n) for n in np.random.default_rng(0).permutation(10_000)[:800]]
spelled = [" ".join(words[int(digit)] for digit in n) for n in numbers]
speaker = Seq2SeqClassifier(
    units=32, target="word", max_iter=20, learning_rate_init=0.01, random_state=0
)
AttentionDisplay.from_estimator(speaker.fit(numbers, spelled), ["7042"])
