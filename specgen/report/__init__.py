"""The result as HTML and PDF; computes no statistic."""
