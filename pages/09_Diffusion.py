"""Diffusion: views, charts and presets. The words stand in `09_Diffusion.md`."""
from dlcore.charts import bars, curve, pictures
from dlcore.topic import Card, Topic, View, words_beside
from dlcore.topics.diffusion import brightness, elbo, schedule, training, vae
from dlcore.topics.diffusion._claims import CLAIMS

TERMS = ("prior", "denoising", "reconstruction", "gap")

TOPIC = Topic(
    words_beside(__file__),
    card=Card("The ELBO lies below log p. As the denoiser's gain grows, the gap between them closes and opens again.",
              elbo.Params(),
              curve("sweep", "gain", title="ELBO, log p, gap and prior term", x_title="gain g", y_title="nats",
                    split="quantity", order=("elbo", "log_likelihood", "gap", "prior"), dash="")),
    claims=CLAIMS,
    views=(
        View("ELBO", (elbo,),
             ([bars("terms", "term", title="Three terms of −ELBO, and the gap", value_title="nats", categories=TERMS,
                    text="words", include=(-0.5, 3), room=0.9),
               curve("sweep", "gain", title="For every gain near the best (dot: your gain)",
                     x_title="gain g of the denoiser", y_title="nats", split="quantity", where="datum.near",
                     order=("elbo", "log_likelihood", "gap", "prior"), dash="", heads="here")],
              [bars("derivatives", "term", title="Slope of each term in gain or schedule", value_title="derivative",
                    categories=TERMS, split="parameter", order=("gain", "schedule"), stacked=False, text="words",
                    room=0.4),
               curve("density", "x", title="Density of data and model", x_title="x₀", y_title="density",
                     order=("data", "model"), dash="")]),
             presets={"Gain 0.7: a weak denoiser": elbo.Params(gain=0.7),
                      "Gain 1.0: the highest bound": elbo.Params(gain=1.0),
                      "A thousand small steps": elbo.Params(schedule="linear", steps=1000, gain=0.99),
                      "Samples miss the mean": elbo.Params(gain=1.0, schedule="linear", steps=100, mean=2.0)}),
        View("Training", (training,),
             ([curve("history", "step", title="Terms of the bound (dashed: perfect denoiser)", x_title="update",
                     y_title="nats", split="term", order=("denoising", "gap", "prior"), dash="", law="best",
                     heads="now", include=(0, 7)),
               curve("model", "x", title="Density of the model (dashed: the data)", x_title="x₀",
                     y_title="density", order=("model", "data"), dash="", law="data", y_domain=(0, 2.6))],),
             presets={"Another random start": training.Params(seed=1),
                      "A small network": training.Params(hidden_size=16, learning_rate=0.005)}),
        View("Schedule", (schedule,),
             ([pictures("pictures", tuple(schedule.IMAGES.values()), title="One picture before and after t steps",
                        x_title="same color scale from −3 to 3 in all", domain=(-3, 3), value_title="pixel")],
              [curve("signal", "step", title="Signal left after t steps (dots: step shown)", x_title="step t",
                     y_title="ᾱₜ and SNR", log_y=True, split="quantity", order=("alpha_bar", "snr"), dash="",
                     heads="here")]),
             presets={"Step 300 of 1,000": schedule.Params(moment=30),
                      "Linear, as in DDPM": schedule.Params(schedule="linear"),
                      "Only ten steps": schedule.Params(schedule="linear", steps=10)}),
        View("Brightness", (brightness,),
             ([curve("spread", "dimension", title="Spread of brightness (dashed: theory)",
                     x_title="pixels d of a picture", y_title="std of b (data: 1)", split="schedule",
                     order=("coarse", "linear", "cosine", "scaled_linear"), kinds=("theory",), log_x=True,
                     heads="here", include=(0, 1)),
               curve("density", "x", title="Brightness of 2,000 pictures", x_title="brightness b", y_title="density",
                     order=("data", "measured", "theory"), kinds=("data", "measured", "theory"))],),
             presets={"Cosine schedule": brightness.Params(schedule="cosine"),
                      "Linear, as in DDPM": brightness.Params(schedule="linear"),
                      "Small pictures: 16 pixels": brightness.Params(dimension=16)}),
        View("VAE", (vae,),
             ([curve("history", "step", title="Terms of the bound (dashed: theory)", x_title="update", y_title="nats",
                     split="term", order=("reconstruction", "prior", "gap", "elbo"), dash="", law="best", heads="now",
                     include=(-2, 2)),
               curve("latent", "x", "mean", title="q(z|x): mean ± std (dashed: exact p(z|x))", x_title="x",
                     y_title="z", split="", dash="", band=("low", "high"), law="posterior", y_domain=(-3, 3))],),
             presets={"Prior term dropped": vae.Params(weight=0.0),
                      "Prior term four times as heavy": vae.Params(weight=4.0)}),
    ))

if __name__ == "__main__":
    from ui import show_topic

    show_topic(TOPIC)
