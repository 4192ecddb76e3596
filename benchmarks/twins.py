"""The networks of RNN and CNN estimators in PyTorch, with PyTorch's own starts."""

import numpy as np


def recurrent(params, n_channels, n_codes, n_outputs):
    """Return the network of ``RNNClassifier(**params)`` as a ``torch.nn.Module``.

    Parameters
    ----------
    params : dict
        Hyperparameters of the estimator; one recurrent layer, without dropout.
    n_channels : int
        Channels of a step.
    n_codes : int or None
        Number of codes, where steps are codes.
    n_outputs : int
        Units of the output layer.
    """
    import torch
    from torch import nn

    kind = {"gru": nn.GRU, "lstm": nn.LSTM, "simple": nn.RNN}[params["cell"]]
    (units,) = params["units"]

    class Recurrent(nn.Module):
        def __init__(self):
            super().__init__()
            if n_codes is not None:
                self.embedding = nn.Embedding(n_codes, params["embedding_dim"])
            width = n_channels if n_codes is None else params["embedding_dim"]
            self.recurrent = kind(width, units, batch_first=True)
            self.output = nn.Linear(units, n_outputs)

        def forward(self, x, sizes):
            x = x[:, : sizes.max()]
            if n_codes is not None:
                x = self.embedding(x[..., 0].long())
            states = self.recurrent(x)[0]
            if params["pooling"] == "last":
                pooled = states[torch.arange(len(sizes)), sizes - 1]
            else:
                inside = torch.arange(x.shape[1]) < sizes[:, None]
                if params["pooling"] == "max":
                    states = states.masked_fill(~inside[..., None], -torch.inf)
                    pooled = states.amax(1)
                else:
                    pooled = (states * inside[..., None]).sum(1) / sizes[:, None]
            return self.output(pooled)

    return Recurrent()


def convolutional(params, input_shape, n_outputs):
    """Return the network of ``CNNClassifier(**params)`` as a ``torch.nn.Module``.

    Parameters
    ----------
    params : dict
        Hyperparameters of the estimator; plain blocks of one convolution with pooling.
    input_shape : tuple of int
        Shape of a sample, channels last.
    n_outputs : int
        Units of the output layer.
    """
    from torch import nn

    *sizes, channels = input_shape
    rank = len(sizes)
    conv = (nn.Conv1d, nn.Conv2d)[rank - 1]
    norm = (nn.BatchNorm1d, nn.BatchNorm2d)[rank - 1]
    pool = (nn.MaxPool1d, nn.MaxPool2d)[rank - 1]
    normalizes = params["normalization"] == "batch"
    layers = []
    for filters in params["filters"]:
        kernel = params["kernel_size"]
        layers.append(
            conv(channels, filters, kernel, padding="same", bias=not normalizes)
        )
        layers += [norm(filters)] if normalizes else []
        # What an odd size leaves over is pooled too.
        layers += [nn.ReLU(), pool(params["pool_size"], ceil_mode=True)]
        sizes = [-(-size // params["pool_size"]) for size in sizes]
        channels = filters
    output = nn.Linear(channels * int(np.prod(sizes)), n_outputs)
    network = nn.Sequential(*layers, nn.Flatten(), output)

    class ChannelsLast(nn.Module):
        def __init__(self):
            super().__init__()
            self.network = network

        def forward(self, x, sizes):
            return self.network(x.movedim(-1, 1))

    return ChannelsLast()


class Twin:
    """An estimator of skdeep as someone would write it in PyTorch.

    Parameters
    ----------
    estimator : estimator
        Its hyperparameters count: architecture, Adam's learning rate, batch size,
        bound on the gradient, number of epochs, seed. There is no penalty.
    is_classification : bool
    """

    def __init__(self, estimator, is_classification):
        self.params = estimator.get_params()
        self.is_recurrent = "cell" in self.params
        self.is_classification = is_classification
        self.callbacks = ()

    def set_callbacks(self, *callbacks):
        """Have functions called after each epoch, as estimators do."""
        self.callbacks = callbacks

    def fit(self, X, y):
        """Train; keep the mean loss of each epoch as ``loss_curve_``."""
        import torch
        from torch import nn

        params = self.params
        torch.manual_seed(params["random_state"])
        X, sizes = padded(X)
        n_outputs = 1
        if self.is_classification:
            self.classes_, y = np.unique(y, return_inverse=True)
            n_outputs = len(self.classes_) if len(self.classes_) > 2 else 1
        self.n_outputs = n_outputs
        if self.is_recurrent:
            n_codes = None
            if params["embedding_dim"] is not None:
                n_codes = int(X.max()) + 1
            self.network = recurrent(params, X.shape[-1], n_codes, n_outputs)
        else:
            self.network = convolutional(params, X.shape[1:], n_outputs)
        if not self.is_classification:
            # As skdeep does, half the square.
            squared = nn.MSELoss()
            loss_of, y = (lambda z, t: squared(z[:, 0], t) / 2), y.astype(np.float32)
        elif n_outputs == 1:
            binary = nn.BCEWithLogitsLoss()
            loss_of, y = (lambda z, t: binary(z[:, 0], t)), y.astype(np.float32)
        else:
            loss_of = nn.CrossEntropyLoss()
        X, y = torch.from_numpy(X), torch.from_numpy(y)
        weights = self.network.parameters
        optimizer = torch.optim.Adam(weights(), lr=params["learning_rate_init"])
        batch_size = params["batch_size"]
        if batch_size == "auto":
            batch_size = min(200, len(X))
        self.loss_curve_ = []
        for _ in range(params["max_iter"]):
            total = 0.0
            for rows in torch.randperm(len(X)).split(batch_size):
                optimizer.zero_grad()
                loss = loss_of(self.network(X[rows], sizes[rows]), y[rows])
                loss.backward()
                if params["max_grad_norm"] is not None:
                    nn.utils.clip_grad_norm_(weights(), params["max_grad_norm"])
                optimizer.step()
                total += loss.item() * len(rows)
            self.loss_curve_.append(total / len(X))
            for callback in self.callbacks:
                callback.after_epoch(self)
                self.network.train()
        return self

    def _outputs(self, X):
        import torch

        X, sizes = padded(X)
        self.network.eval()
        with torch.no_grad():
            return self.network(torch.from_numpy(X), sizes).double()

    def predict_proba(self, X):
        """Return probabilities, shape (n_samples, n_classes)."""
        z = self._outputs(X)
        if self.n_outputs > 1:
            return z.softmax(1).numpy()
        of_second = z.sigmoid().numpy()
        return np.concatenate([1 - of_second, of_second], axis=1)

    def predict(self, X):
        """Return classes, or numbers."""
        if self.is_classification:
            return self.classes_[self.predict_proba(X).argmax(axis=1)]
        return self._outputs(X).numpy().ravel()


def padded(X):
    """Return samples as an array, and their numbers of steps as a tensor."""
    import torch

    sizes = torch.tensor([len(x) for x in X])
    if isinstance(X, np.ndarray) and X.dtype != object:
        return X, sizes
    X = [np.asarray(x).reshape(len(x), -1) for x in X]
    array = np.zeros((len(X), int(sizes.max()), X[0].shape[1]), np.float32)
    for row, x in zip(array, X, strict=True):
        row[: len(x)] = x
    return array, sizes
