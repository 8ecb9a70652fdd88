"""The deep-net panel the plain way: the same widgets, numbers and charts, `st.altair_chart`, no fragment."""

import altair as alt
import streamlit as st

from dlcore.params import Number, specs
from dlcore.spelling import label, plain
from dlcore.topics.gradients import deep_net


def widget(name, spec, default):
    if isinstance(spec, Number):
        return st.slider(label(name), spec.low, spec.high, default, spec.step, key=f"gradients.deep_net.{name}")
    if isinstance(default, str):
        return st.selectbox(label(name), spec.options, spec.options.index(default))
    return st.select_slider(label(name), spec.options, default)


def picture(layers, quantity):
    rows = layers[layers.quantity == quantity]
    return alt.Chart(rows, title=quantity, height=300).mark_line(strokeWidth=2.5).encode(
        alt.X("layer:Q", title="layer l"), alt.Y("value:Q", title=quantity, scale=alt.Scale(type="log")),
        alt.Color("kind:N", legend=alt.Legend(orient="bottom")), alt.StrokeDash("kind:N"),
        tooltip=["layer", "value", "kind"])


st.set_page_config(layout="wide")
st.title("Why do gradients vanish or explode?")
left, right = st.columns([1, 3])
with left:
    fields = deep_net.Params.__dataclass_fields__
    params = deep_net.Params(**{n: widget(n, s, fields[n].default) for n, s in specs(deep_net.Params).items()})
result = st.cache_data(deep_net.run)(params)
with right:
    for place, row in zip(st.columns(len(result.summary)), result.summary.itertuples(), strict=True):
        place.metric(label(row.quantity), f"{plain(row.value)} {row.unit}".strip())
    for place, quantity in zip(st.columns(3), ("activation_std", "delta_norm", "weight_gradient_norm"), strict=True):
        place.altair_chart(picture(result.layers, quantity))
    st.text(result.sentence)
