"""Diffusion: views, charts and presets. The words stand in `09_Diffusion.md`."""
from dlcore.charts import (
    axis,
    band,
    bare,
    bars,
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
SWEEP = by("quantity", "elbo", "log_likelihood", "gap", "prior").reading({"log_likelihood": "log p"})
NAMED = by("term", "elbo", "log_likelihood", "gap", "prior", "denoising", "reconstruction")
CAUSES = by("parameter", "gain", "schedule").after(NAMED)
PARTS = by("term", "denoising", "gap", "prior")
DENSITIES = by("kind", "model", "data").after(PARTS).dashing("data")
SCHEDULES = by("schedule", "coarse", "linear", "cosine", "scaled_linear")
BRIGHTNESS = by("kind", "data", "measured", "theory").after(SCHEDULES)

TOPIC = Topic(
    words_beside(__file__),
    card=Card("The ELBO lies below log p. As the denoiser's gain grows, the gap between them closes and opens again.",
              elbo.Params(),
              chart("ELBO, log p, gap and prior term", axis("gain", "gain g"), axis("value", "nats"),
                    line("sweep", SWEEP, None))),
    claims=CLAIMS,
    views=(
        View("ELBO", (elbo,),
             ([chart("The three terms of −ELBO, and the gap", axis("value", "nats", include=(-0.5, 3)),
                     names("term", "", *TERMS), bars("terms", NAMED, text="words", room=0.9)),
               chart("ELBO, log p, gap and prior term (dot: your gain)", axis("gain", "gain g of the denoiser"),
                     axis("value", "nats"),
                     line(rows("sweep", near=True), SWEEP, None), heads(rows("here", near=True), SWEEP),
                     guessed("elbo", "log_likelihood", "gap"))],
              [chart("Slope of each term in gain or schedule", axis("value", "derivative"),
                     names("term", "", *TERMS),
                     bars("derivatives", CAUSES, grouped=True, text="words", room=0.4)),
               chart("Density of data and model", axis("x", "x₀"), axis("value", "density"),
                     line("density", by("kind", "data", "model").after(SWEEP), None))]),
             presets={"Gain 0.7: a weak denoiser": elbo.Params(gain=0.7),
                      "Gain 1.0: the highest bound": elbo.Params(gain=1.0),
                      "A thousand small steps": elbo.Params(schedule="linear", steps=1000, gain=0.99),
                      "Samples miss the mean": elbo.Params(gain=1.0, schedule="linear", steps=100, mean=2.0)}),
        View("Training", (training,),
             ([chart("Two terms and the gap (dashed: perfect denoiser)", axis("step", "update"),
                     axis("value", "nats", include=(0, 7)),
                     line("history", PARTS, None),
                     law("best", PARTS),
                     heads("now", PARTS), guessed("denoising", "gap", "prior")),
               chart("Density of model and data", axis("x", "x₀"),
                     axis("value", "density", domain=(0, 2.6)), line("density", DENSITIES, DENSITIES))],),
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
                     line("spread", SCHEDULES,
                          by("kind", "theory")),
                     heads("here", SCHEDULES), guessed("measured_spread", "theory_spread")),
               chart("Brightness of 2,000 pictures", axis("x", "brightness b"), axis("value", "density"),
                     line("density", BRIGHTNESS, BRIGHTNESS))],),
             presets={"Cosine schedule": brightness.Params(schedule="cosine"),
                      "Linear, as in DDPM": brightness.Params(schedule="linear"),
                      "Small pictures: 16 pixels": brightness.Params(dimension=16)}),
        View("VAE", (vae,),
             ([chart("Terms of the ELBO, and the gap (dashed: theory)", axis("step", "update"),
                     axis("value", "nats", include=(-2, 2)),
                     line("history", by("term", "reconstruction", "prior", "gap", "elbo"), None),
                     law("best", by("term", "reconstruction", "prior", "gap", "elbo")),
                     heads("now", by("term", "reconstruction", "prior", "gap", "elbo")),
                     guessed("elbo", "prior", "gap")),
               chart("q(z|x): mean ± std (dashed: exact p(z|x))", axis("x", "x"), axis("mean", "z", domain=(-4, 4)),
                     band("latent"), line("latent", None, None), law("posterior", None, ("mean", "low", "high")))],),
             presets={"With the prior term": vae.Params(weight=1.0),
                      "Prior term four times as heavy": vae.Params(weight=4.0)}),
    ))

if __name__ == "__main__":
    from ui import show_topic

    show_topic(TOPIC)
