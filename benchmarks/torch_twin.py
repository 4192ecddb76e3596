"""The same network in PyTorch, from the same starting weights, and its training."""

import numpy as np
import torch
from torch import nn
from torch.nn import functional

from skdeep.nn import (
    BatchNorm,
    Conv,
    ConvTranspose,
    Dense,
    Identity,
    KeepSize,
    MaxPool,
    Parallel,
    ReLU,
    Serial,
    Upsample,
)
from skdeep.nn.schedules import Budget


class _KeepSize(nn.Sequential):
    def forward(self, x):
        height, width = x.shape[2:]
        return super().forward(x)[:, :, :height, :width]


class _Parallel(nn.ModuleList):
    def __init__(self, branches, merge):
        super().__init__(branches)
        self.merge = merge

    def forward(self, x):
        outputs = [branch(x) for branch in self]
        return torch.cat(outputs, 1) if self.merge == "concatenate" else sum(outputs)


def twin(layer, n_channels):
    """Return a layer for images as a module, and its number of channels.

    Parameters
    ----------
    layer : Layer
        Of those that networks of dense prediction for images have.
    n_channels : int
        Channels of its input.

    Returns
    -------
    module : torch.nn.Module
        Takes images (n_samples, channels, height, width).
    n_channels : int
        Channels of its output.
    """
    if isinstance(layer, Serial):
        modules = []
        for inner in layer.layers:
            module, n_channels = twin(inner, n_channels)
            modules.append(module)
        kind = _KeepSize if isinstance(layer, KeepSize) else nn.Sequential
        return kind(*modules), n_channels
    if isinstance(layer, Parallel):
        branches, widths = zip(
            *(twin(branch, n_channels) for branch in layer.branches), strict=True
        )
        concatenates = layer.merge == "concatenate"
        return (
            _Parallel(branches, layer.merge),
            sum(widths) if concatenates else widths[0],
        )
    if isinstance(layer, Conv):
        module = nn.Conv2d(
            n_channels,
            layer.filters,
            layer.kernel_size,
            padding="same",
            bias=layer.use_bias,
        )
        return module, layer.filters
    if isinstance(layer, ConvTranspose):
        margin = (layer.kernel_size - layer.strides) // 2
        module = nn.ConvTranspose2d(
            n_channels, layer.filters, layer.kernel_size, layer.strides, padding=margin
        )
        return module, layer.filters
    if isinstance(layer, Dense):
        return nn.Conv2d(n_channels, layer.units, 1), layer.units
    return _without_weights(layer, n_channels), n_channels


def _without_weights(layer, n_channels):
    if isinstance(layer, BatchNorm):
        return nn.BatchNorm2d(n_channels)
    if isinstance(layer, MaxPool):
        return nn.MaxPool2d(layer.pool_size, ceil_mode=True)
    if isinstance(layer, Upsample):
        return nn.Upsample(scale_factor=layer.size, mode=layer.interpolation)
    return {ReLU: nn.ReLU, Identity: nn.Identity}[type(layer)]()


def start_alike(module, network):
    """Copy the weights of a network of skdeep into its twin.

    Parameters
    ----------
    module : torch.nn.Module
        Of :func:`twin`.
    network : Network
        Of the same layers.
    """
    leaves = [leaf for leaf in module.modules() if [*leaf.parameters(recurse=False)]]
    arrays = [view.arrays for view in network.params.walk() if view.arrays]
    for leaf, own in zip(leaves, arrays, strict=True):
        weight = own["gain" if isinstance(leaf, nn.BatchNorm2d) else "weight"]
        if weight.ndim == 4:
            weight = weight.transpose(3, 2, 0, 1)
        elif weight.ndim == 2:
            weight = weight.T[:, :, np.newaxis, np.newaxis]
        with torch.no_grad():
            leaf.weight.copy_(torch.from_numpy(weight.copy()))
            if leaf.bias is not None:
                leaf.bias.copy_(torch.from_numpy(own["bias"].copy()))


def dice_and_log_loss(z, target, smooth=1.0, log_loss_share=0.5):
    """Return the loss of skdeep's presets, by autograd.

    Parameters
    ----------
    z : Tensor of shape (n_samples, n_classes, height, width)
        Raw outputs.
    target : Tensor of int of shape (n_samples, height, width)
        Classes.
    smooth, log_loss_share : float
        As of ``skdeep.nn.SoftmaxDice``.

    Returns
    -------
    Tensor
        One number.
    """
    p = z.softmax(1)
    truth = functional.one_hot(target, z.shape[1]).movedim(3, 1).to(z.dtype)
    axes = (0, 2, 3)
    above = 2 * (p * truth).sum(axes) + smooth
    score = above / (p.sum(axes) + truth.sum(axes) + smooth)
    log_loss = functional.cross_entropy(z, target)
    return log_loss_share * log_loss + (1 - log_loss_share) * (1 - score.mean())


def train(module, X, y, *, epochs, batch_size, rate, schedule, seed=0):
    """Train by Adam.

    Parameters
    ----------
    module : torch.nn.Module
        Changed.
    X : ndarray of shape (n_samples, height, width, channels), float32
    y : ndarray of int of shape (n_samples, height, width)
    epochs, batch_size : int
        How often the samples are taken, and how many at a time.
    rate : float
        Learning rate that the schedule begins or peaks with.
    schedule : Schedule
        Of skdeep.
    seed : int
        Of the order of samples.
    """
    module.to(memory_format=torch.channels_last).train()
    X, y = torch.from_numpy(X).movedim(3, 1), torch.from_numpy(y)
    adam = torch.optim.Adam(module.parameters(), rate, fused=True)
    rate_of = schedule.bind(Budget(rate, -(-len(X) // batch_size), len(X), epochs))
    generator, step = torch.Generator().manual_seed(seed), 0
    for _ in range(epochs):
        for chosen in torch.randperm(len(X), generator=generator).split(batch_size):
            adam.param_groups[0]["lr"] = rate_of(step)
            adam.zero_grad()
            dice_and_log_loss(module(X[chosen]), y[chosen]).backward()
            adam.step()
            step += 1


def predict(module, X, batch_size=32):
    """Return the class of each pixel.

    Parameters
    ----------
    module : torch.nn.Module
        Trained.
    X : ndarray of shape (n_samples, height, width, channels), float32
    batch_size : int, default=32
        Images at a time.

    Returns
    -------
    ndarray of int of shape (n_samples, height, width)
    """
    module.eval()
    parts = torch.from_numpy(X).movedim(3, 1).split(batch_size)
    with torch.no_grad():
        return torch.cat([module(part).argmax(1) for part in parts]).numpy()
