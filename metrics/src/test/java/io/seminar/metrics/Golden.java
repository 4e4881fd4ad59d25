package io.seminar.metrics;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Properties;

/** Values of scikit-learn, SciPy and NumPy; the script beside each file makes it. */
public final class Golden {
  private final Properties values = new Properties();

  /** Of the metrics. */
  public Golden() {
    this("/golden/reference.properties");
  }

  public Golden(String resource) {
    try (InputStream in = Golden.class.getResourceAsStream(resource)) {
      values.load(in);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public double[] doubles(String key) {
    String[] words = words(key);
    double[] numbers = new double[words.length];
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] = Double.parseDouble(words[i]);
    }
    return numbers;
  }

  public double number(String key) {
    return doubles(key)[0];
  }

  public float[] floats(String key) {
    String[] words = words(key);
    float[] numbers = new float[words.length];
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] = Float.parseFloat(words[i]);
    }
    return numbers;
  }

  public byte[] bytes(String key) {
    String[] words = words(key);
    byte[] numbers = new byte[words.length];
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] = Byte.parseByte(words[i]);
    }
    return numbers;
  }

  public int[] ints(String key) {
    String[] words = words(key);
    int[] numbers = new int[words.length];
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] = Integer.parseInt(words[i]);
    }
    return numbers;
  }

  private String[] words(String key) {
    String line = values.getProperty(key);
    if (line == null) {
      throw new IllegalArgumentException("no " + key);
    }
    return line.split(" ");
  }
}
