"""The scan certificate: print quality grades, decoder panel, camera grid, reasons, verdict."""

from generative_codes.certify.camera import CameraCase, noise_of_case, take_photo
from generative_codes.certify.certificate import (
    CertificateVerdict,
    ScanCertificate,
    TrafficLight,
    certify_picture,
)
from generative_codes.certify.grades import Parameter, SymbolGrades, grade_symbol
from generative_codes.certify.grid import SIXTEEN_CASES, camera_grid
from generative_codes.certify.margin_map import margin_legend, margin_map
from generative_codes.certify.panel import make_panel, missing_decoders
from generative_codes.certify.policy import PHONE_POLICY, RETAIL_POLICY, CertificatePolicy
from generative_codes.certify.reflectance import CertifyError

__all__ = [
    "PHONE_POLICY",
    "RETAIL_POLICY",
    "SIXTEEN_CASES",
    "CameraCase",
    "CertificatePolicy",
    "CertificateVerdict",
    "CertifyError",
    "Parameter",
    "ScanCertificate",
    "SymbolGrades",
    "TrafficLight",
    "camera_grid",
    "certify_picture",
    "grade_symbol",
    "make_panel",
    "margin_legend",
    "margin_map",
    "missing_decoders",
    "noise_of_case",
    "take_photo",
]
