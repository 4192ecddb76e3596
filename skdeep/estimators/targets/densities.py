"""Sequences of symbols or numbers whose density is learned: draws and likelihoods."""

from functools import partial
from typing import Any

import numpy as np
from scipy.special import expit, log_expit, log_softmax

from skdeep.estimators.protocols import row_outputs
from skdeep.estimators.targets.number_sequences import NumberSequences
from skdeep.estimators.targets.sequences import SymbolTargets
from skdeep.estimators.targets.step_arrays import Steps
from skdeep.nn import GaussianMixtureLoss, Network
from skdeep.nn.decoding import Sequences, decode, never_empty, sample
from skdeep.nn.decoding_numbers import decode_numbers


class SymbolDensity(SymbolTargets):
    """Sequences of symbols, none of which is empty."""

    def read_prompt(self, prompt: Any, owner: Any) -> Steps:
        """Return what all draws begin with as one sequence."""
        return self.read([prompt], np.empty((1, 0)), owner)

    def draw(
        self,
        network: Network,
        sources: np.ndarray,
        rng: np.random.Generator,
        *,
        prompt: Steps | None,
        temperature: float,
        top_k: int | None,
    ) -> Any:
        """Draw a sequence for each source.

        Parameters
        ----------
        network : Network
            A trained language model.
        sources : ndarray of shape (n_samples, n_numbers)
            Conditions.
        rng : numpy.random.Generator
            Source of randomness.
        prompt : Steps or None
            What all sequences begin with.
        temperature : float
            Divides log probabilities.
        top_k : int or None
            Draw among that many likeliest symbols.

        Returns
        -------
        list or ndarray of length n_samples
            In the form that the training data had.
        """
        shown = [self.stop]
        if prompt is not None:
            shown += self.codes(prompt)[:-1].tolist()
        search = partial(
            sample,
            rng=rng,
            start=shown[-1],
            stop=self.stop,
            max_length=max(1, (self._max_length or 2 * self.longest) - len(shown) + 1),
            temperature=temperature,
            top_k=top_k,
        )

        def draw(step: Any, state: Any, n_rows: int) -> Sequences:
            step = never_empty(step, self.stop)
            for code in shown[:-1]:
                _, state = step(np.full((n_rows, 1), code), state)
            return search(step, state, n_rows)

        symbols, lengths, _ = decode(network, sources, draw)
        written = self.sequences(symbols, lengths)
        if prompt is not None:
            written = [np.concatenate([prompt.rows, rest]) for rest in written]
        return self.restore(written)

    def log_likelihoods(
        self, network: Network, sources: np.ndarray, y: Steps
    ) -> tuple[np.ndarray, np.ndarray]:
        """Return the log likelihood of sequences, and their lengths with the end.

        Parameters
        ----------
        network : Network
            A trained language model.
        sources : ndarray of shape (n_samples, n_numbers)
            Conditions.
        y : Steps
            Result of :meth:`read`.

        Returns
        -------
        log_likelihoods : ndarray of shape (n_samples,)
            Natural logarithms.
        lengths : ndarray of int of shape (n_samples,)
            Number of symbols.
        """
        codes, sizes = self.codes(y), self.row_sizes(y)
        starts = np.cumsum(sizes) - sizes
        z = row_outputs(network.forward(self.join(sources, y, network.dtype)))
        # A sequence has one symbol at least.
        z[starts, self.stop] = -np.inf
        log_p = log_softmax(z.astype(np.float64), axis=1)
        log_p = log_p[np.arange(len(codes)), codes]
        log_p[codes < 0] = -np.inf
        return np.add.reduceat(log_p, starts), sizes


class NumberDensity(NumberSequences):
    """Sequences of numbers, each step a mixture of Gaussians.

    Where all sequences seen in training have one length, those of another one have no
    density.

    Parameters
    ----------
    n_components : int
        Number of Gaussians at each step.
    max_length : int or None
        The most steps that a sequence may have.
    """

    def __init__(self, n_components: int, max_length: int | None):
        self._mixture = GaussianMixtureLoss(n_components)
        NumberSequences.__init__(self, self._mixture, max_length, name="X")

    def read(self, y, X, owner):
        if getattr(y, "ndim", 2) < 2 and y.dtype != object:
            raise ValueError(
                "X has one number for each sample, and a sequence of them is learned: "
                "give X of shape (n_samples, time), such as X.reshape(-1, 1)."
            )
        return self.read_arrays(y, X)

    def read_prompt(self, prompt: Any, owner: Any) -> Steps:
        """Return what all draws begin with as one sequence."""
        read = self.read_arrays([prompt], np.empty((1, 0)))
        # Fails if it has other numbers for each step.
        self.encode(read, float, "prompt")
        return read

    def draw(self, network, sources, rng, *, prompt, temperature, top_k):
        """Draw a sequence for each source; see :class:`SymbolDensity`."""
        if top_k is not None:
            raise ValueError(
                f"top_k={top_k!r} keeps the likeliest symbols, and X holds numbers: "
                "leave it out."
            )
        begin = None if prompt is None else prompt.rows
        n_given = 0 if begin is None else len(begin)
        left: Any = max(1, (self._max_length or 2 * self.longest) - n_given)
        if self.shortest == self.longest:
            left = np.full(len(sources), self.longest - n_given)
            if n_given >= self.longest:
                raise ValueError(
                    f"prompt has {n_given} steps, and all sequences in training have "
                    f"{self.longest}: give fewer, to be gone on from."
                )

        def choose(z: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
            z = z.astype(np.float64)
            numbers = self._mixture.sample(z[:, :-1], rng, temperature)
            return numbers, rng.random(len(z)) < expit(z[:, -1] / temperature)

        shown = None if begin is None else (begin - self.center) / self.scale
        numbers, sizes = decode_numbers(network, sources, left, choose, shown)
        values = numbers * self.scale + self.center
        written = [v[:n] for v, n in zip(values, sizes.tolist(), strict=True)]
        if begin is not None:
            written = [np.concatenate([begin, rest]) for rest in written]
        return self.restore(written)

    def log_likelihoods(self, network, sources, y):
        """Return log densities, and lengths; see :class:`SymbolDensity`."""
        target = self.encode(y, np.float64)
        sizes = self.row_sizes(y)
        z = row_outputs(network.forward(self.join(sources, y, network.dtype)))
        z = z.astype(np.float64)
        log_p = self._mixture.log_density(z[:, :-1], target[:, :-1])
        # Numbers are denser where they are brought to a smaller scale.
        log_p -= np.log(self.scale).sum()
        if self.shortest != self.longest:
            log_p += log_expit(np.where(target[:, -1] > 0, 1, -1) * z[:, -1])
        log_p = np.add.reduceat(log_p, np.cumsum(sizes) - sizes)
        if self.shortest == self.longest:
            log_p[sizes != self.longest] = -np.inf
        return log_p, sizes
