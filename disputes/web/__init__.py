"""What every page needs: configuration, security headers, formats, errors, and a declared policy for each route."""

from .configure import configure, migrate
from .install import install
from .policy import policy, require_policies

__all__ = ["configure", "install", "migrate", "policy", "require_policies"]
