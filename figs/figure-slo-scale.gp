# Draws figure-slo-scale.pdf and figure-slo-scale.svg: run `gnuplot figure-slo-scale.gp` in the folder of this file.
set encoding utf8

# CV = 2, 0.6 req/s, first seed: x and y of markers; of lines also the way to the other end, of error bars half the length
# Every x is moved a little to the side, so that markers stand clear of one another.
$panel1_series1_line << END
0.25 39.9537037037037 0.25 3.101852
0.5 43.05555555555556 0.25 2.361111
0.75 45.416666666666664 0.25 2.175926
1 47.592592592592595 0.25 2.685185
1.25 50.27777777777778 0.25 2.5
1.5 52.77777777777778 0.5 8.888889
2 61.66666666666667 0.5 2.12963
2.5 63.7962962962963 0.5 3.472222
3 67.26851851851852 1 16.157407
END
$panel1_series2_line << END
0.25 32.77777777777778 0.25 12.546296
0.5 45.32407407407407 0.25 6.805556
0.75 52.129629629629626 0.25 4.398148
1 56.52777777777778 0.25 7.361111
1.25 63.888888888888886 0.25 4.212963
1.5 68.10185185185185 0.5 5.185185
2 73.28703703703704 0.5 7.361111
2.5 80.64814814814815 0.5 2.638889
3 83.28703703703704 1 5.277778
END
$panel1_series3_line << END
0.25 60.23148148148149 0.25 5.694444
0.5 65.92592592592592 0.25 4.861111
0.75 70.78703703703704 0.25 15.601852
1 86.38888888888889 0.25 5.277778
1.25 91.66666666666666 0.25 2.175926
1.5 93.8425925925926 0.5 2.638889
2 96.48148148148148 0.5 1.157407
2.5 97.63888888888889 0.5 1.064815
3 98.70370370370371 1 1.064815
END
$panel1_series4_line << END
0.25 58.19444444444445 0.25 6.62037
0.5 64.81481481481481 0.25 4.768519
0.75 69.58333333333333 0.25 18.935185
1 88.51851851851852 0.25 3.564815
1.25 92.08333333333333 0.25 2.777778
1.5 94.86111111111111 0.5 2.407407
2 97.26851851851852 0.5 1.481481
2.5 98.75 0.5 0.509259
3 99.25925925925925 1 0.740741
END
$panel1_series1_own << END
0.25 39.9537037037037
0.5 43.05555555555556
0.75 45.416666666666664
1 47.592592592592595
1.25 50.27777777777778
1.5 52.77777777777778
2 61.66666666666667
2.5 63.7962962962963
3 67.26851851851852
4 83.42592592592592
END
$panel1_series2_own << END
0.25 32.77777777777778
0.5 45.32407407407407
0.75 52.129629629629626
1 56.52777777777778
1.25 63.888888888888886
1.5 68.10185185185185
2 73.28703703703704
2.5 80.64814814814815
3 83.28703703703704
4 88.56481481481482
END
$panel1_series3_own << END
0.25 60.23148148148149
0.5 65.92592592592592
0.75 70.78703703703704
1 86.38888888888889
1.25 91.66666666666666
1.5 93.8425925925926
2 96.48148148148148
2.5 97.63888888888889
3 98.70370370370371
4 99.76851851851852
END
$panel1_series4_own << END
0.25 58.19444444444445
0.5 64.81481481481481
0.75 69.58333333333333
1 88.51851851851852
1.25 92.08333333333333
1.5 94.86111111111111
2 97.26851851851852
2.5 98.75
3 99.25925925925925
4 100.0
END

# CV = 4, 0.6 req/s, first seed: x and y of markers; of lines also the way to the other end, of error bars half the length
# Every x is moved a little to the side, so that markers stand clear of one another.
$panel2_series1_line << END
0.25 40.0462962962963 0.25 3.333333
0.5 43.379629629629626 0.25 2.12963
0.75 45.50925925925926 0.25 1.759259
1 47.26851851851852 0.25 2.314815
1.25 49.583333333333336 0.25 2.12963
1.5 51.71296296296296 0.5 9.62963
2 61.342592592592595 0.5 3.101852
2.5 64.44444444444444 0.5 3.101852
3 67.54629629629629 1 12.453704
END
$panel2_series2_line << END
0.25 35.50925925925926 0.25 13.009259
0.5 48.51851851851852 0.25 5.324074
0.75 53.842592592592595 0.25 3.75
1 57.592592592592595 0.25 6.990741
1.25 64.58333333333334 0.25 4.953704
1.5 69.53703703703704 0.5 6.805556
2 76.3425925925926 0.5 8.055556
2.5 84.39814814814814 0.5 2.685185
3 87.08333333333333 1 4.351852
END
$panel2_series3_line << END
0.25 55.78703703703704 0.25 7.361111
0.5 63.14814814814815 0.25 4.907407
0.75 68.05555555555556 0.25 17.314815
1 85.37037037037038 0.25 6.203704
1.25 91.57407407407408 0.25 1.990741
1.5 93.56481481481481 0.5 3.101852
2 96.66666666666667 0.5 1.898148
2.5 98.56481481481481 0.5 0.87963
3 99.44444444444444 1 0.462963
END
$panel2_series4_line << END
0.25 57.17592592592593 0.25 6.064815
0.5 63.24074074074074 0.25 4.398148
0.75 67.63888888888889 0.25 21.111111
1 88.75 0.25 3.518519
1.25 92.26851851851852 0.25 1.574074
1.5 93.8425925925926 0.5 2.453704
2 96.29629629629629 0.5 1.064815
2.5 97.36111111111111 0.5 0.925926
3 98.28703703703704 1 1.342593
END
$panel2_series1_own << END
0.25 40.0462962962963
0.5 43.379629629629626
0.75 45.50925925925926
1 47.26851851851852
1.25 49.583333333333336
1.5 51.71296296296296
2 61.342592592592595
2.5 64.44444444444444
3 67.54629629629629
4 80.0
END
$panel2_series2_own << END
0.25 35.50925925925926
0.5 48.51851851851852
0.75 53.842592592592595
1 57.592592592592595
1.25 64.58333333333334
1.5 69.53703703703704
2 76.3425925925926
2.5 84.39814814814814
3 87.08333333333333
4 91.43518518518519
END
$panel2_series3_own << END
0.25 55.78703703703704
0.5 63.14814814814815
0.75 68.05555555555556
1 85.37037037037038
1.25 91.57407407407408
1.5 93.56481481481481
2 96.66666666666667
2.5 98.56481481481481
3 99.44444444444444
4 99.9074074074074
END
$panel2_series4_own << END
0.25 57.17592592592593
0.5 63.24074074074074
0.75 67.63888888888889
1 88.75
1.25 92.26851851851852
1.5 93.8425925925926
2 96.29629629629629
2.5 97.36111111111111
3 98.28703703703704
4 99.62962962962963
END

# CV = 8, 0.6 req/s, first seed: x and y of markers; of lines also the way to the other end, of error bars half the length
# Every x is moved a little to the side, so that markers stand clear of one another.
$panel3_series1_line << END
0.25 48.75 0.25 3.333333
0.5 52.083333333333336 0.25 2.592593
0.75 54.67592592592593 0.25 2.268519
1 56.94444444444444 0.25 1.805556
1.25 58.75 0.25 1.62037
1.5 60.370370370370374 0.5 9.814815
2 70.18518518518519 0.5 2.037037
2.5 72.22222222222221 0.5 1.944444
3 74.16666666666667 1 9.537037
END
$panel3_series2_line << END
0.25 39.02777777777778 0.25 13.518519
0.5 52.54629629629629 0.25 4.490741
0.75 57.03703703703704 0.25 3.055556
1 60.092592592592595 0.25 8.981481
1.25 69.07407407407408 0.25 5.138889
1.5 74.21296296296296 0.5 4.583333
2 78.7962962962963 0.5 8.518519
2.5 87.31481481481481 0.5 3.657407
3 90.97222222222221 1 3.842593
END
$panel3_series3_line << END
0.25 56.62037037037037 0.25 5.37037
0.5 61.99074074074075 0.25 2.916667
0.75 64.9074074074074 0.25 15.925926
1 80.83333333333333 0.25 4.305556
1.25 85.13888888888889 0.25 4.074074
1.5 89.21296296296296 0.5 3.564815
2 92.77777777777779 0.5 2.916667
2.5 95.69444444444444 0.5 2.175926
3 97.87037037037038 1 1.62037
END
$panel3_series4_line << END
0.25 57.31481481481482 0.25 5
0.5 62.31481481481481 0.25 3.194444
0.75 65.50925925925925 0.25 20.324074
1 85.83333333333333 0.25 5.462963
1.25 91.2962962962963 0.25 2.222222
1.5 93.51851851851852 0.5 2.638889
2 96.1574074074074 0.5 1.435185
2.5 97.5925925925926 0.5 0.648148
3 98.24074074074073 1 0.740741
END
$panel3_series1_own << END
0.25 48.75
0.5 52.083333333333336
0.75 54.67592592592593
1 56.94444444444444
1.25 58.75
1.5 60.370370370370374
2 70.18518518518519
2.5 72.22222222222221
3 74.16666666666667
4 83.7037037037037
END
$panel3_series2_own << END
0.25 39.02777777777778
0.5 52.54629629629629
0.75 57.03703703703704
1 60.092592592592595
1.25 69.07407407407408
1.5 74.21296296296296
2 78.7962962962963
2.5 87.31481481481481
3 90.97222222222221
4 94.81481481481482
END
$panel3_series3_own << END
0.25 56.62037037037037
0.5 61.99074074074075
0.75 64.9074074074074
1 80.83333333333333
1.25 85.13888888888889
1.5 89.21296296296296
2 92.77777777777779
2.5 95.69444444444444
3 97.87037037037038
4 99.49074074074075
END
$panel3_series4_own << END
0.25 57.31481481481482
0.5 62.31481481481481
0.75 65.50925925925925
1 85.83333333333333
1.25 91.2962962962963
1.5 93.51851851851852
2 96.1574074074074
2.5 97.5925925925926
3 98.24074074074073
4 98.98148148148148
END

do for [format in 'pdf svg'] {
  if (format eq 'pdf') {
    set terminal pdfcairo noenhanced font 'DejaVu Sans,9' fontscale 0.75 linewidth 1 size 10in,4.166667in
  } else {
    set terminal svg noenhanced font 'DejaVu Sans,9' fontscale 1.333 linewidth 0.7 size 960,400 background '#ffffff'
  }
  set output 'figure-slo-scale.'.format
  set multiplot
  set border 3 lw 0.7
  set tics nomirror
  set grid ytics lc rgb '#d9d9d9' lw 0.5 dt 1
  unset key
  
  set lmargin at screen 0.066667
  set rmargin at screen 0.347222
  set bmargin at screen 0.126667
  set tmargin at screen 0.826667
  set title 'CV = 2, 0.6 req/s, first seed' offset 0,-0.5
  set xlabel 'factor on every TTFT SLO' offset 0,0.4
  set ylabel 'TTFT SLO attainment (%)' offset 1,0
  set xrange [-0.334416:4.584416]
  set yrange [0:100]
  set xtics scale 0.5 font 'DejaVu Sans,8' ('0.5' 0.5, '1' 1, '1.5' 1.5, '2' 2, '3' 3, '4' 4)
  set ytics scale 0.5 10
  set errorbars 0.7
  unset label
  unset object
  unset arrow
  set arrow from screen 0.20484,screen 0.961667 to screen 0.227063,screen 0.961667 nohead back lc rgb '#222222' lw 2.4
  set arrow from screen 0.20484,screen 0.961667 to screen 0.227063,screen 0.961667 nohead back lc rgb '#3b2d82' lw 1.6
  set label '' at screen 0.215951,screen 0.961667 point pt 7 ps 1.35 lc rgb '#222222' front
  set label '' at screen 0.215951,screen 0.961667 point pt 7 ps 1.2 lc rgb '#3b2d82' front
  set label 'Serverless vLLM' at screen 0.232618,screen 0.961667 left
  set arrow from screen 0.359813,screen 0.961667 to screen 0.382035,screen 0.961667 nohead back lc rgb '#222222' lw 2.4
  set arrow from screen 0.359813,screen 0.961667 to screen 0.382035,screen 0.961667 nohead back lc rgb '#814e01' lw 1.6
  set label '' at screen 0.370924,screen 0.961667 point pt 5 ps 1.215 lc rgb '#222222' front
  set label '' at screen 0.370924,screen 0.961667 point pt 5 ps 1.08 lc rgb '#814e01' front
  set label 'ServerlessLLM' at screen 0.38759,screen 0.961667 left
  set arrow from screen 0.50291,screen 0.961667 to screen 0.525132,screen 0.961667 nohead back lc rgb '#222222' lw 2.4
  set arrow from screen 0.50291,screen 0.961667 to screen 0.525132,screen 0.961667 nohead back lc rgb '#c7b828' lw 1.6
  set label '' at screen 0.514021,screen 0.961667 point pt 9 ps 1.6875 lc rgb '#222222' front
  set label '' at screen 0.514021,screen 0.961667 point pt 9 ps 1.5 lc rgb '#c7b828' front
  set label 'HydraServe' at screen 0.530688,screen 0.961667 left
  set arrow from screen 0.621632,screen 0.961667 to screen 0.643854,screen 0.961667 nohead back lc rgb '#222222' lw 2.4
  set arrow from screen 0.621632,screen 0.961667 to screen 0.643854,screen 0.961667 nohead back lc rgb '#77e3fd' lw 1.6
  set label '' at screen 0.632743,screen 0.961667 point pt 13 ps 1.6875 lc rgb '#222222' front
  set label '' at screen 0.632743,screen 0.961667 point pt 13 ps 1.5 lc rgb '#77e3fd' front
  set label 'HydraServe with cache' at screen 0.64941,screen 0.961667 left
  set label '' at screen 0.43441,screen 0.911667 point pt 7 ps 1.35 lc rgb '#222222' front
  set label '' at screen 0.43441,screen 0.911667 point pt 7 ps 1.2 lc rgb '#555555' front
  set label 'own run (simulated)' at screen 0.451076,screen 0.911667 left
  plot $panel1_series1_line using 1:2:3:4 with vectors nohead lc rgb '#222222' lw 2.4, \
    $panel1_series1_line using 1:2:3:4 with vectors nohead lc rgb '#3b2d82' lw 1.6, \
    $panel1_series2_line using 1:2:3:4 with vectors nohead lc rgb '#222222' lw 2.4, \
    $panel1_series2_line using 1:2:3:4 with vectors nohead lc rgb '#814e01' lw 1.6, \
    $panel1_series3_line using 1:2:3:4 with vectors nohead lc rgb '#222222' lw 2.4, \
    $panel1_series3_line using 1:2:3:4 with vectors nohead lc rgb '#c7b828' lw 1.6, \
    $panel1_series4_line using 1:2:3:4 with vectors nohead lc rgb '#222222' lw 2.4, \
    $panel1_series4_line using 1:2:3:4 with vectors nohead lc rgb '#77e3fd' lw 1.6, \
    $panel1_series1_own using 1:2 with points pt 7 ps 1.35 lc rgb '#222222', \
    $panel1_series1_own using 1:2 with points pt 7 ps 1.2 lc rgb '#3b2d82', \
    $panel1_series2_own using 1:2 with points pt 5 ps 1.215 lc rgb '#222222', \
    $panel1_series2_own using 1:2 with points pt 5 ps 1.08 lc rgb '#814e01', \
    $panel1_series3_own using 1:2 with points pt 9 ps 1.6875 lc rgb '#222222', \
    $panel1_series3_own using 1:2 with points pt 9 ps 1.5 lc rgb '#c7b828', \
    $panel1_series4_own using 1:2 with points pt 13 ps 1.6875 lc rgb '#222222', \
    $panel1_series4_own using 1:2 with points pt 13 ps 1.5 lc rgb '#77e3fd'
  
  set lmargin at screen 0.388889
  set rmargin at screen 0.669444
  set bmargin at screen 0.126667
  set tmargin at screen 0.826667
  set title 'CV = 4, 0.6 req/s, first seed' offset 0,-0.5
  set xlabel 'factor on every TTFT SLO' offset 0,0.4
  unset ylabel
  set xrange [-0.334416:4.584416]
  set yrange [0:100]
  set xtics scale 0.5 font 'DejaVu Sans,8' ('0.5' 0.5, '1' 1, '1.5' 1.5, '2' 2, '3' 3, '4' 4)
  set ytics scale 0.5 10
  set errorbars 0.7
  unset label
  unset object
  unset arrow
  plot $panel2_series1_line using 1:2:3:4 with vectors nohead lc rgb '#222222' lw 2.4, \
    $panel2_series1_line using 1:2:3:4 with vectors nohead lc rgb '#3b2d82' lw 1.6, \
    $panel2_series2_line using 1:2:3:4 with vectors nohead lc rgb '#222222' lw 2.4, \
    $panel2_series2_line using 1:2:3:4 with vectors nohead lc rgb '#814e01' lw 1.6, \
    $panel2_series3_line using 1:2:3:4 with vectors nohead lc rgb '#222222' lw 2.4, \
    $panel2_series3_line using 1:2:3:4 with vectors nohead lc rgb '#c7b828' lw 1.6, \
    $panel2_series4_line using 1:2:3:4 with vectors nohead lc rgb '#222222' lw 2.4, \
    $panel2_series4_line using 1:2:3:4 with vectors nohead lc rgb '#77e3fd' lw 1.6, \
    $panel2_series1_own using 1:2 with points pt 7 ps 1.35 lc rgb '#222222', \
    $panel2_series1_own using 1:2 with points pt 7 ps 1.2 lc rgb '#3b2d82', \
    $panel2_series2_own using 1:2 with points pt 5 ps 1.215 lc rgb '#222222', \
    $panel2_series2_own using 1:2 with points pt 5 ps 1.08 lc rgb '#814e01', \
    $panel2_series3_own using 1:2 with points pt 9 ps 1.6875 lc rgb '#222222', \
    $panel2_series3_own using 1:2 with points pt 9 ps 1.5 lc rgb '#c7b828', \
    $panel2_series4_own using 1:2 with points pt 13 ps 1.6875 lc rgb '#222222', \
    $panel2_series4_own using 1:2 with points pt 13 ps 1.5 lc rgb '#77e3fd'
  
  set lmargin at screen 0.711111
  set rmargin at screen 0.991667
  set bmargin at screen 0.126667
  set tmargin at screen 0.826667
  set title 'CV = 8, 0.6 req/s, first seed' offset 0,-0.5
  set xlabel 'factor on every TTFT SLO' offset 0,0.4
  unset ylabel
  set xrange [-0.334416:4.584416]
  set yrange [0:100]
  set xtics scale 0.5 font 'DejaVu Sans,8' ('0.5' 0.5, '1' 1, '1.5' 1.5, '2' 2, '3' 3, '4' 4)
  set ytics scale 0.5 10
  set errorbars 0.7
  unset label
  unset object
  unset arrow
  plot $panel3_series1_line using 1:2:3:4 with vectors nohead lc rgb '#222222' lw 2.4, \
    $panel3_series1_line using 1:2:3:4 with vectors nohead lc rgb '#3b2d82' lw 1.6, \
    $panel3_series2_line using 1:2:3:4 with vectors nohead lc rgb '#222222' lw 2.4, \
    $panel3_series2_line using 1:2:3:4 with vectors nohead lc rgb '#814e01' lw 1.6, \
    $panel3_series3_line using 1:2:3:4 with vectors nohead lc rgb '#222222' lw 2.4, \
    $panel3_series3_line using 1:2:3:4 with vectors nohead lc rgb '#c7b828' lw 1.6, \
    $panel3_series4_line using 1:2:3:4 with vectors nohead lc rgb '#222222' lw 2.4, \
    $panel3_series4_line using 1:2:3:4 with vectors nohead lc rgb '#77e3fd' lw 1.6, \
    $panel3_series1_own using 1:2 with points pt 7 ps 1.35 lc rgb '#222222', \
    $panel3_series1_own using 1:2 with points pt 7 ps 1.2 lc rgb '#3b2d82', \
    $panel3_series2_own using 1:2 with points pt 5 ps 1.215 lc rgb '#222222', \
    $panel3_series2_own using 1:2 with points pt 5 ps 1.08 lc rgb '#814e01', \
    $panel3_series3_own using 1:2 with points pt 9 ps 1.6875 lc rgb '#222222', \
    $panel3_series3_own using 1:2 with points pt 9 ps 1.5 lc rgb '#c7b828', \
    $panel3_series4_own using 1:2 with points pt 13 ps 1.6875 lc rgb '#222222', \
    $panel3_series4_own using 1:2 with points pt 13 ps 1.5 lc rgb '#77e3fd'
  unset multiplot
  unset output
}
