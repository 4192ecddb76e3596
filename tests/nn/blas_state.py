"""What tests see of BLAS."""

from threadpoolctl import threadpool_info


def blas_threads():
    """Return the numbers of threads that the BLAS libraries may use now."""
    libraries = threadpool_info()
    return {lib["num_threads"] for lib in libraries if lib["user_api"] == "blas"}
