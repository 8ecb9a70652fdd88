"""Diffusion: views, charts and presets. The words stand in `09_Diffusion.md`."""
from dlcore.charts import (
    axis,
    band,
    bare,
    bars,
    broad,
    by,
    chart,
    guessed,
    heads,
    law,
    line,
    log,
    names,
    rows,
    sequential,
    tiles,
)
from dlcore.topic import Card, Topic, View, words_beside
from dlcore.topics.diffusion import brightness, elbo, schedule, training, vae
from dlcore.topics.diffusion._claims import CLAIMS

TERMS = ("prior", "denoising", "reconstruction", "gap")

# One color means one thing within a view.
LINES = (*TERMS, "elbo", "-", "log_likelihood")  # "-": the second blue of the palette, left free
NATS = "nats (1.44 bits)"
SWEEP = by("quantity", *LINES).reading({"log_likelihood": "log p"})
NAMED = by("term", *LINES)
DENSITIES = by("kind", "model", "data").dashing("data")
SCHEDULES = by("schedule", "coarse", "linear", "cosine", "scaled_linear")
BRIGHTNESS = by("kind", "data", "measured", "theory").after(SCHEDULES)

TOPIC = Topic(
    words_beside(__file__),
    card=Card("As the denoiser's gain grows, every term of the training bound changes, but for one: the prior term.",
              elbo.Params(),
              chart("The terms of the bound, and the gap", axis("gain", "gain g"), axis("value", "nats"),
                    line(rows("sweep", part="term"), SWEEP, None))),
    claims=CLAIMS,
    views=(
        View("ELBO", (elbo,),
             ([chart("Only the prior term is flat (dots: your gain)", axis("gain", "gain g of the denoiser"),
                     axis("value", NATS), line(rows("sweep", near=True, part="term"), SWEEP, None),
                     heads(rows("here", near=True, part="term"), SWEEP),
                     heads(rows("here", near=True, quantity="prior"), SWEEP), guessed("prior", "gap")),
               chart("log p = ELBO + gap", axis("gain", "gain g of the denoiser"), axis("value", "nats"),
                     band(rows("between", near=True), split=SWEEP),
                     line(rows("sweep", near=True, part="bound"), SWEEP, None),
                     heads(rows("here", near=True, part="bound"), SWEEP), guessed("elbo", "log_likelihood"))],
              [chart("The terms of −ELBO, and the gap, at your gain", axis("value", "nats", include=(-0.5, 3)),
                     names("term", "", *TERMS), bars("terms", NAMED, text="words", room=0.9)),
               chart("Density of data and model", axis("x", "x₀"), axis("value", "density"),
                     line("density", None, DENSITIES, ink=True))]),
             presets={"Gain 0.7: a weak denoiser": elbo.Params(gain=0.7),
                      "Gain 1.0: the highest bound": elbo.Params(gain=1.0),
                      "A thousand small steps": elbo.Params(schedule="linear", steps=1000, gain=0.99),
                      "Samples miss the mean": elbo.Params(gain=1.0, schedule="linear", steps=100, mean=2.0)}),
        View("Training", (training,),
             ([chart("Only the prior stays (dashed: perfect denoiser)", axis("step", "update"),
                     axis("value", NATS, include=(-1, 7)), line("history", NAMED, None), law("best", NAMED),
                     heads("now", NAMED), guessed("denoising", "gap", "prior")),
               chart("Density of model and data", axis("x", "x₀"),
                     axis("value", "density", domain=(0, 2.6)), line("density", None, DENSITIES, ink=True))],),
             presets={"Another random start": training.Params(seed=1),
                      "A small network": training.Params(hidden_size=16, learning_rate=0.005)}),
        View("Schedule", (schedule,),
             ([chart("One picture before and after t steps", bare("column", "same color scale from −3 to 3 in all"),
                     bare("row"), tiles("pictures", tuple(schedule.IMAGES.values()), 3, sequential(-3, 3), "pixel"))],
              [chart("Signal left after t steps (dots: step shown)", axis("step", "step t"),
                     log("value", "ᾱₜ and SNR"), line("signal", by("quantity", "alpha_bar", "snr"), None),
                     heads("here", by("quantity", "alpha_bar", "snr")), guessed("alpha_bar_T"))]),
             presets={"Step 300 of 1,000": schedule.Params(moment=30),
                      "Linear, as in DDPM": schedule.Params(schedule="linear"),
                      "Only ten steps": schedule.Params(schedule="linear", steps=10)}),
        View("Brightness", (brightness,),
             ([chart("Spread of brightness, in theory (dot: measured)", log("dimension", "pixels d of a picture"),
                     axis("value", "std of b (data: 1)", domain=(0, 1.1)),
                     broad(rows("spread", schedule="coarse", kind="theory"), SCHEDULES),
                     line(rows("spread", "datum.schedule !== 'coarse'"), SCHEDULES, by("kind", "theory")),
                     heads("here", SCHEDULES), guessed("measured_spread", "theory_spread")),
               chart("Brightness of 2,000 pictures", axis("x", "brightness b"), axis("value", "density"),
                     line("density", BRIGHTNESS, BRIGHTNESS))],),
             presets={"Cosine schedule": brightness.Params(schedule="cosine"),
                      "Linear, as in DDPM": brightness.Params(schedule="linear"),
                      "Small pictures: 16 pixels": brightness.Params(dimension=16)}),
        View("VAE", (vae,),
             ([chart("Terms of the ELBO, and the gap (pale: theory)", axis("step", "update"),
                     axis("value", NATS, include=(-2, 2)), broad("best", NAMED), line("history", NAMED, None),
                     heads("now", NAMED), guessed("elbo", "prior", "gap")),
               chart("Codes of each x (dashed: as they should be)", axis("x", "number x"),
                     axis("mean", "code z", domain=(-4, 4)),
                     band("latent"), line("latent", None, None), law("posterior", None, ("mean", "low", "high")))],),
             presets={"With the prior term": vae.Params(weight=1.0),
                      "Prior term four times as heavy": vae.Params(weight=4.0)}),
    ))

if __name__ == "__main__":
    from ui import show_topic

    show_topic(TOPIC)
