from procurement.registers.models.import_run import ImportRun, Outcome

__all__ = ["ImportRun", "Outcome"]
