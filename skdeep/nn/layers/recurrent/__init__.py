"""Recurrent layers: simple, LSTM and GRU, in one or in both directions."""

from skdeep.nn.layers.recurrent.base import Recurrent
from skdeep.nn.layers.recurrent.bidirectional import Bidirectional
from skdeep.nn.layers.recurrent.gru import GRU
from skdeep.nn.layers.recurrent.lstm import LSTM
from skdeep.nn.layers.recurrent.simple import SimpleRNN

__all__ = ["GRU", "LSTM", "Bidirectional", "Recurrent", "SimpleRNN"]
