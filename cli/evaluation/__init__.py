"""How often the detectors of alerts find a surge, how late, and how often they are wrong: measured.

Simulated series and injected surges have seeds; nothing of this runs in a service. What the detectors'
settings were chosen on (seeds below 10,000; no public series) is not what is measured here.
"""
