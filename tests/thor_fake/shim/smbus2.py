"""Stands in for smbus2: the module's EEPROM at address 0x50 of bus 1, with its part number."""

EEPROM = bytes.fromhex("0200FE00") + bytes(16) + b"699-13834-0008-400 G.5" + bytes(214)


class SMBus:
    """One bus with one device."""

    def __init__(self, bus: int | None = None, force: bool = False) -> None:
        if bus != 1:
            raise FileNotFoundError(2, "No such file or directory", f"/dev/i2c-{bus}")

    def read_i2c_block_data(self, address: int, register: int, length: int, force: bool | None = None) -> list[int]:
        if address != 0x50:
            raise OSError(121, "Remote I/O error")
        return list(EEPROM[register : register + length])

    def close(self) -> None:
        """Nothing is open."""
