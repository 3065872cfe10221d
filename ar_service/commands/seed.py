"""`dianjin seed`: a fictional brand with codes and an API key."""

from dataclasses import asdict

from ar_service.commands.output import Output
from ar_service.record import open_record
from ar_service.sample_brand import make_sample_brand
from ar_service.settings import Settings
from trace_backend.kit.clock import SystemClock


def seed_brand(settings: Settings, codes: int, active: int, output: Output) -> int:
    """Make the brand; one result for the brand, one for each code."""
    with open_record(settings, SystemClock()) as record, record.database.transaction() as session:
        brand = make_sample_brand(session, record, settings.public_host, codes, active)
    output.result(
        {
            "kind": "brand",
            "tenant_id": brand.tenant_id,
            "brand": brand.brand,
            "organisations": list(brand.organisations),
            "product_id": brand.product_id,
            "product_name": brand.product_name,
            "gtin": brand.gtin,
            "batch_id": brand.batch_id,
            "api_key": brand.api_key,
            "key_expires_at": brand.key_expires_at.isoformat(),
            "login": brand.login,
            "password": brand.password,
        },
        f"{brand.brand}\n  " + "\n  ".join(brand.organisations) + f"\n  {brand.product_name}, "
        f"GTIN {brand.gtin}\n  API key (shown this once, valid until "
        f"{brand.key_expires_at:%Y-%m-%d}): {brand.api_key}\n  Console (/console/): sign in as "
        f"{brand.login} with the password {brand.password} (shown this once, new at every seed)",
    )
    for code in brand.codes:
        state = "active" if code.active else "issued"
        output.result(
            {"kind": "code", **asdict(code)},
            f"  {code.label_number:>6}  {state:<6}  {code.payload}",
        )
    return 0
