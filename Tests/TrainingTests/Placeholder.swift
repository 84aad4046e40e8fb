internal import Lariat
