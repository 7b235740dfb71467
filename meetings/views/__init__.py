"""The pages of the public record, one module per subject."""
