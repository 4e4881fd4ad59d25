package io.seminar.attention.quantization;

/** Every way to quantise, for tests that hold all of them to the same promises. */
enum Quantizers {
  PQ {
    @Override
    Quantizer train(float[] vectors, int n, int dimension, TrainingOptions options) {
      return ProductQuantizer.train(vectors, n, dimension, options);
    }
  },
  ANISOTROPIC_PQ {
    @Override
    Quantizer train(float[] vectors, int n, int dimension, TrainingOptions options) {
      return ProductQuantizer.train(vectors, n, dimension, options.withThreshold(0.5f));
    }
  },
  ANISOTROPIC_OPQ {
    @Override
    Quantizer train(float[] vectors, int n, int dimension, TrainingOptions options) {
      return RotatedQuantizer.train(vectors, n, dimension, options.withThreshold(0.5f));
    }
  },
  OPQ {
    @Override
    Quantizer train(float[] vectors, int n, int dimension, TrainingOptions options) {
      return RotatedQuantizer.train(vectors, n, dimension, options);
    }
  },
  RQ {
    @Override
    Quantizer train(float[] vectors, int n, int dimension, TrainingOptions options) {
      return ResidualQuantizer.train(vectors, n, dimension, options);
    }
  };

  abstract Quantizer train(float[] vectors, int n, int dimension, TrainingOptions options);
}
