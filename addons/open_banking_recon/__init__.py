from . import stdnum_loader
from . import controllers
from . import models
from . import wizards
