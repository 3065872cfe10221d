"""The problems that only the door knows: what can be wrong with an upload or with its reading."""

from typing import Final

from trace_backend.kit.errors import MALFORMED_CODE, Problem

EMPTY_UPLOAD: Final = Problem("empty-upload", 422, "The photo is empty", "照片为空")
UPLOAD_TOO_LARGE: Final = Problem("upload-too-large", 413, "The photo is too large", "照片过大")
NOT_AN_IMAGE: Final = Problem("not-an-image", 415, "This is not an image", "上传的不是图片")
UNSUPPORTED_IMAGE: Final = Problem(
    "unsupported-image", 415, "This image format is not supported", "不支持的图片格式"
)
TRUNCATED_IMAGE: Final = Problem(
    "truncated-image", 422, "The photo did not arrive whole", "照片不完整"
)
TOO_MANY_PIXELS: Final = Problem(
    "too-many-pixels", 422, "The photo has too many pixels", "照片像素过多"
)
ANIMATED_IMAGE: Final = Problem(
    "animated-image", 422, "Animated images are not accepted", "不接受动态图片"
)
CMYK_IMAGE: Final = Problem("cmyk-image", 422, "CMYK images are not accepted", "不接受 CMYK 图片")
BAD_METADATA: Final = Problem(
    "bad-metadata", 422, "The photo's metadata is damaged", "照片元数据损坏"
)
NO_CODE_FOUND: Final = Problem(
    "no-code-found", 422, "No code was found in the photo", "照片中未找到防伪码"
)
TOO_MANY_CODES: Final = Problem(
    "too-many-codes", 422, "There are too many codes in the photo", "照片中的码过多"
)
SEVERAL_CODES: Final = Problem(
    "several-codes", 422, "There is more than one of our codes in the photo", "照片中有多个防伪码"
)
FOREIGN_CODE: Final = Problem(
    "foreign-code", 422, "This code was not issued by us", "此码不是本系统签发的"
)
PAGES_MISSING: Final = Problem(
    "pages-missing", 503, "The web pages are not installed", "网页尚未安装"
)

CODE_PROBLEMS: Final = (FOREIGN_CODE, MALFORMED_CODE)
"""What can be wrong with a payload, besides its form as a request."""

READ_PROBLEMS: Final = (
    EMPTY_UPLOAD,
    UPLOAD_TOO_LARGE,
    NOT_AN_IMAGE,
    UNSUPPORTED_IMAGE,
    TRUNCATED_IMAGE,
    TOO_MANY_PIXELS,
    ANIMATED_IMAGE,
    CMYK_IMAGE,
    BAD_METADATA,
    TOO_MANY_CODES,
)
"""What can be wrong with a photo that is only read."""

PHOTO_PROBLEMS: Final = (
    *READ_PROBLEMS,
    NO_CODE_FOUND,
    SEVERAL_CODES,
    *CODE_PROBLEMS,
)
"""What can be wrong with a photo or with what is read in it."""
