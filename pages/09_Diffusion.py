"""Diffusion: views, charts and presets. The words stand in `09_Diffusion.md`."""
from dlcore.charts import axis, band, bare, bars, by, chart, heads, law, line, log, names, rows, sequential, tiles
from dlcore.topic import Card, Topic, View, words_beside
from dlcore.topics.diffusion import brightness, elbo, schedule, training, vae
from dlcore.topics.diffusion._claims import CLAIMS

TERMS = ("prior", "denoising", "reconstruction", "gap")

TOPIC = Topic(
    words_beside(__file__),
    card=Card("The bound below log p over the denoiser's gain: the gap between them closes and opens.",
              elbo.Params(),
              chart("At every gain", axis("gain", "gain g"), axis("value", "nats"),
                    line("sweep", by("quantity", "elbo", "log_likelihood", "gap", "prior"), None))),
    claims=CLAIMS,
    views=(
        View("ELBO", (elbo,),
             ([chart("Three terms of −ELBO, and the gap", axis("value", "nats", include=(-0.5, 3)),
                     names("term", "", *TERMS), bars("terms", text="words", room=0.9)),
               chart("Where the bound is within 10 nats of its best", axis("gain", "gain g of the denoiser"),
                     axis("value", "nats"),
                     line(rows("sweep", near=True), by("quantity", "elbo", "log_likelihood", "gap", "prior"), None),
                     heads(rows("here", near=True), by("quantity", "elbo", "log_likelihood", "gap", "prior")))],
              [chart("Slopes, by autograd", axis("value", "derivative"), names("term", "", *TERMS),
                     bars("derivatives", by("parameter", "gain", "schedule"), grouped=True, text="words", room=0.4)),
               chart("Denoising, step by step", axis("step", "step t"), log("value", "nats"),
                     line("per_step", by("kind", "measured", "floor"), by("kind", "measured", "floor"))),
               chart("What the model makes", axis("x", "x₀"), axis("value", "density"),
                     line("density", by("kind", "data", "model"), None))]),
             presets={"Flat line: gain 0.7": elbo.Params(gain=0.7),
                      "Which KL? Both rise": elbo.Params(gain=0.9),
                      "A thousand steps": elbo.Params(schedule="linear", steps=1000, gain=0.99),
                      "Surprise: 2.0 becomes 1.75": elbo.Params(gain=1.0, schedule="linear", steps=100, mean=2.0)}),
        View("Training", (training,),
             ([chart("Terms (dashed: perfect denoiser)", axis("step", "step"),
                     axis("value", "nats", include=(0, 7)),
                     line("history", by("term", "denoising", "gap", "prior"), None),
                     law("best", by("term", "denoising", "gap", "prior")),
                     heads("now", by("term", "denoising", "gap", "prior"))),
               chart("What the network makes (dashed: the data)", axis("x", "x₀"),
                     axis("value", "density", domain=(0, 2.6)), line("model", by("kind", "model", "data"), None),
                     law("data", by("kind", "model", "data")))],),
             presets={"Another start": training.Params(seed=1),
                      "A small network": training.Params(hidden_size=16, learning_rate=0.005)}),
        View("Schedule", (schedule,),
             ([chart("What is left at step T", bare("column", "colors from −3 to 3, the same in all"), bare("row"),
                     tiles("pictures", tuple(schedule.IMAGES.values()), 3, sequential(-3, 3), "pixel"))],
              [chart("Signal left", axis("step", "step t"), log("value", "share, ratio"),
                     line("signal", by("quantity", "alpha_bar", "snr"), None))]),
             presets={"DDPM: nothing left to see": schedule.Params(schedule="linear"),
                      "Ten steps: hardly noised": schedule.Params(schedule="linear", steps=10)}),
        View("Brightness", (brightness,),
             ([chart("Spread (dashed: theory)", log("dimension", "pixels d"),
                     axis("value", "std (data: 1)", include=(0, 1)),
                     line("spread", by("schedule", "coarse", "linear", "cosine", "scaled_linear"),
                          by("kind", "theory")),
                     heads("here", by("schedule", "coarse", "linear", "cosine", "scaled_linear"))),
               chart("Brightness of 2,000 pictures", axis("x", "brightness b"), axis("value", "density"),
                     line("density", by("kind", "data", "measured", "theory"),
                          by("kind", "data", "measured", "theory")))],),
             presets={"Surprise: Stable Diffusion": brightness.Params(schedule="scaled_linear", dimension=16384),
                      "Cosine": brightness.Params(schedule="cosine", dimension=16384)}),
        View("VAE", (vae,),
             ([chart("Terms (dashed: theory)", axis("step", "step"), axis("value", "nats", include=(-2, 2)),
                     line("history", by("term", "reconstruction", "prior", "gap", "elbo"), None),
                     law("best", by("term", "reconstruction", "prior", "gap", "elbo")),
                     heads("now", by("term", "reconstruction", "prior", "gap", "elbo"))),
               chart("q(z|x), and the exact p(z|x) dashed", axis("x", "x"), axis("mean", "z", domain=(-3, 3)),
                     band("latent"), line("latent", None, None), law("posterior", None, ("mean", "low", "high")))],),
             presets={"Prior term dropped": vae.Params(weight=0.0), "Too heavy": vae.Params(weight=4.0)}),
    ))

if __name__ == "__main__":
    from ui import show_topic

    show_topic(TOPIC)
