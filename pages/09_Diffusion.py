"""Diffusion: views, charts and presets. The words stand in `09_Diffusion.md`."""
from dlcore.charts import bars, curve, pictures
from dlcore.topic import Card, Topic, View, words_beside
from dlcore.topics.diffusion import brightness, elbo, schedule, training, vae
from dlcore.topics.diffusion._claims import CLAIMS

TERMS = ("prior", "denoising", "reconstruction", "gap")

TOPIC = Topic(
    words_beside(__file__),
    card=Card("The bound below log p over the denoiser's gain: the gap between them closes and opens.",
              elbo.Params(),
              curve("sweep", "gain", title="At every gain", x_title="gain g", y_title="nats", split="quantity",
                    order=("elbo", "log_likelihood", "gap", "prior"), dash="")),
    claims=CLAIMS,
    views=(
        View("ELBO", (elbo,),
             ([bars("terms", "term", title="Three terms of −ELBO, and the gap", value_title="nats", categories=TERMS,
                    text="words", include=(-0.5, 3), room=0.9),
               curve("sweep", "gain", title="Where the bound is within 10 nats of its best",
                     x_title="gain g of the denoiser", y_title="nats", split="quantity", where="datum.near",
                     order=("elbo", "log_likelihood", "gap", "prior"), dash="", heads="here")],
              [bars("derivatives", "term", title="Slopes, by autograd", value_title="derivative", categories=TERMS,
                    split="parameter", order=("gain", "schedule"), stacked=False, text="words", room=0.4),
               curve("per_step", "step", title="Denoising, step by step", x_title="step t", y_title="nats", log_y=True,
                     kinds=("measured", "floor")),
               curve("density", "x", title="What the model makes", x_title="x₀", y_title="density",
                     order=("data", "model"), dash="")]),
             presets={"Flat line: gain 0.7": elbo.Params(gain=0.7),
                      "Which KL? Both rise": elbo.Params(gain=0.9),
                      "A thousand steps": elbo.Params(schedule="linear", steps=1000, gain=0.99),
                      "Surprise: 2.0 becomes 1.75": elbo.Params(gain=1.0, schedule="linear", steps=100, mean=2.0)}),
        View("Training", (training,),
             ([curve("history", "step", title="Terms (dashed: perfect denoiser)", x_title="step", y_title="nats",
                     split="term", order=("denoising", "gap", "prior"), dash="", law="best", heads="now",
                     include=(0, 7)),
               curve("model", "x", title="What the network makes (dashed: the data)", x_title="x₀", y_title="density",
                     order=("model", "data"), dash="", law="data", y_domain=(0, 2.6))],),
             presets={"Another start": training.Params(seed=1),
                      "A small network": training.Params(hidden_size=16, learning_rate=0.005)}),
        View("Schedule", (schedule,),
             ([pictures("pictures", tuple(schedule.IMAGES.values()), title="What is left at step T",
                        x_title="colors from −3 to 3, the same in all", domain=(-3, 3), value_title="pixel")],
              [curve("signal", "step", title="Signal left", x_title="step t", y_title="share, ratio", log_y=True,
                     split="quantity", order=("alpha_bar", "snr"), dash="")]),
             presets={"DDPM: nothing left to see": schedule.Params(schedule="linear"),
                      "Ten steps: hardly noised": schedule.Params(schedule="linear", steps=10)}),
        View("Brightness", (brightness,),
             ([curve("spread", "dimension", title="Spread (dashed: theory)", x_title="pixels d",
                     y_title="std (data: 1)", split="schedule", order=("coarse", "linear", "cosine", "scaled_linear"),
                     kinds=("theory",), log_x=True, heads="here", include=(0, 1)),
               curve("density", "x", title="Brightness of 2,000 pictures", x_title="brightness b", y_title="density",
                     order=("data", "measured", "theory"), kinds=("data", "measured", "theory"))],),
             presets={"Surprise: Stable Diffusion": brightness.Params(schedule="scaled_linear", dimension=16384),
                      "Cosine": brightness.Params(schedule="cosine", dimension=16384)}),
        View("VAE", (vae,),
             ([curve("history", "step", title="Terms (dashed: theory)", x_title="step", y_title="nats", split="term",
                     order=("reconstruction", "prior", "gap", "elbo"), dash="", law="best", heads="now",
                     include=(-2, 2)),
               curve("latent", "x", "mean", title="q(z|x), and the exact p(z|x) dashed", x_title="x", y_title="z",
                     split="", dash="", band=("low", "high"), law="posterior", y_domain=(-3, 3))],),
             presets={"Prior term dropped": vae.Params(weight=0.0), "Too heavy": vae.Params(weight=4.0)}),
    ))

if __name__ == "__main__":
    from ui import show_topic

    show_topic(TOPIC)
