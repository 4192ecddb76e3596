"""PyTorch's side of the comparisons."""

from skdeep.nn import SGD, AdaGrad, Adam, AdamW, Nadam, RMSProp


def twin_of(o, parameters):
    """Return PyTorch's optimizer of the same name and hyperparameters."""
    # Here, so that this module can be imported where PyTorch is not installed.
    import torch

    make, options = {
        SGD: (torch.optim.SGD, ("momentum", "nesterov")),
        AdaGrad: (torch.optim.Adagrad, ()),
        RMSProp: (torch.optim.RMSprop, ()),
        Adam: (torch.optim.Adam, ()),
        AdamW: (torch.optim.AdamW, ("weight_decay",)),
        Nadam: (torch.optim.NAdam, ()),
    }[type(o)]
    renamed = {name: getattr(o, name) for name in options}
    if hasattr(o, "epsilon"):
        renamed["eps"] = o.epsilon
    if hasattr(o, "rho"):
        renamed["alpha"] = o.rho
    if hasattr(o, "beta_1"):
        renamed["betas"] = (o.beta_1, o.beta_2)
    return make(parameters, **renamed)
