"""A model server for machines without a GPU: SmolLM2-135M-Instruct behind Text Generation Inference's protocol.

It answers the routes, headers, errors and metric names of TGI 3.3, so that whatever speaks to it speaks to TGI
unchanged. `GET /info` says that it is a stand-in. The model runs in this process through llama.cpp.

    python -m infra.local.model --host 127.0.0.1 --port 18080
"""
