"""The print-and-camera model: label, printer, paper, camera, photo; all of it simulated.

Physical units throughout, randomness only through a passed numpy Generator, and every photo knows
the exact mapping from label millimetres to its pixels. Ready-made devices and scenes are in
``vision.printcam.presets``.
"""

from vision.printcam.camera import Camera
from vision.printcam.clip import hand_held_views, write_y4m
from vision.printcam.label import Label
from vision.printcam.paper import Paper
from vision.printcam.photo import Photo, film, photograph
from vision.printcam.printer import PrintedLabel, Printer, Screen, print_label
from vision.printcam.scene import Light, Scene
from vision.printcam.surface import (
    Bend,
    Cone,
    Surface,
    cone,
    crease,
    crumple,
    cylinder,
    together,
    wave,
)
from vision.printcam.view import View

__all__ = [
    "Bend",
    "Camera",
    "Cone",
    "Label",
    "Light",
    "Paper",
    "Photo",
    "PrintedLabel",
    "Printer",
    "Scene",
    "Screen",
    "Surface",
    "View",
    "cone",
    "crease",
    "crumple",
    "cylinder",
    "film",
    "hand_held_views",
    "photograph",
    "print_label",
    "together",
    "wave",
    "write_y4m",
]
