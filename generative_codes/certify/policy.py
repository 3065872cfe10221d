"""What a code must reach to be handed out. Every threshold that decides a verdict stands here."""

from dataclasses import dataclass

from generative_codes.certify.grades import Parameter
from generative_codes.certify.panel import DecoderName
from generative_codes.certify.reflectance import APERTURE_MODULES, Illumination, Threshold


@dataclass(frozen=True, slots=True)
class CertificatePolicy:
    """Conditions of a pass.

    Attributes:
        name: Written into the certificate.
        threshold: How the verifier divides dark and light.
        illumination: Light of the verifier.
        aperture_modules: Diameter of the verifier's aperture.
        min_overall_grade: Least minimum of all ISO/IEC 15415 parameters.
        min_grades: Least grade of single parameters, beyond the overall one.
        primary: Decoder whose rate is judged by itself.
        min_primary_rate: Its least rate.
        max_loss_against_plain: How much each decoder's rate may lie below its rate on plain black
            squares; None = not compared.
    """

    name: str
    threshold: Threshold
    illumination: Illumination
    aperture_modules: float
    min_overall_grade: float
    min_grades: tuple[tuple[Parameter, float], ...]
    primary: DecoderName
    min_primary_rate: float
    max_loss_against_plain: float | None

    def least_grade(self, parameter: Parameter) -> float:
        """Least grade of one parameter."""
        if parameter in {
            Parameter.CELL_CONTRAST,
            Parameter.CELL_MODULATION,
            Parameter.MINIMUM_REFLECTANCE,
        }:
            return dict(self.min_grades).get(parameter, 0.0)
        return max(self.min_overall_grade, dict(self.min_grades).get(parameter, 0.0))


# The primary decoder reads every plain level-H code in all 64 cases; 95 % is the bar that the
# reference sheet sets for artwork. Ten points below plain is the bar for the other decoders.
_PRIMARY_RATE = 0.95
_LOSS = 0.10

# Codes that phones scan. The grades that phones depend on have floors; a picture as base has weak
# modules by design, so modulation is left to the decoders' rates.
PHONE_POLICY = CertificatePolicy(
    name="phone",
    threshold=Threshold.HISTOGRAM,
    illumination=Illumination.WHITE,
    aperture_modules=0.5,
    min_overall_grade=0.0,
    min_grades=(
        (Parameter.DECODE, 4.0),
        (Parameter.SYMBOL_CONTRAST, 1.5),
        (Parameter.UNUSED_ERROR_CORRECTION, 1.0),
        (Parameter.QUIET_ZONE, 1.5),
    ),
    primary=DecoderName.ZXING,
    min_primary_rate=_PRIMARY_RATE,
    max_loss_against_plain=_LOSS,
)

# Retail (GS1) and pharma ask for grade C, 1.5, overall, under 660 nm light.
RETAIL_POLICY = CertificatePolicy(
    name="retail",
    threshold=Threshold.MIDPOINT,
    illumination=Illumination.RED_660_NM,
    aperture_modules=APERTURE_MODULES,
    min_overall_grade=1.5,
    min_grades=(),
    primary=DecoderName.ZXING,
    min_primary_rate=_PRIMARY_RATE,
    max_loss_against_plain=_LOSS,
)
